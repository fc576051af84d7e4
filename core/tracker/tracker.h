#ifndef PEER5_CORE_TRACKER_TRACKER_H_
#define PEER5_CORE_TRACKER_TRACKER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/types/span.h"
#include "core/content/file_info.h"
#include "core/content/ids.h"
#include "core/content/rng.h"
#include "core/content/time.h"
#include "core/tracker/actions.h"
#include "core/tracker/address.h"
#include "core/tracker/connect_figures.h"
#include "core/tracker/handles.h"
#include "core/tracker/matcher.h"
#include "core/tracker/options.h"
#include "core/tracker/pair_history.h"
#include "core/tracker/peer_record.h"
#include "core/tracker/rate_limit.h"
#include "core/tracker/registry.h"
#include "core/tracker/resource_table.h"
#include "core/tracker/swarm_watch.h"
#include "core/wire/client_hello.h"
#include "core/wire/frame.h"
#include "core/wire/join.h"
#include "core/wire/match.h"
#include "core/wire/notice.h"
#include "core/wire/report.h"
#include "core/wire/sdp.h"
#include "core/wire/swarm_error.h"
#include "core/wire/welcome.h"

namespace peer5 {

// Counts since the start, but for the first four, which are of now.
struct TrackerStats {
  uint64_t sockets = 0;
  uint64_t clients = 0;
  uint64_t swarms = 0;
  uint64_t members = 0;
  uint64_t joins = 0;
  uint64_t matches = 0;  // pairs introduced
  uint64_t relayed = 0;
  uint64_t completed = 0;
  uint64_t refused = 0;     // messages dropped or refused, for whatever reason
  uint64_t http_bytes = 0;  // as reported
  uint64_t peer_bytes = 0;
  uint64_t stored_bytes = 0;
};

// What is known over all instances of a swarm, members here not counted.
struct SwarmSample {
  uint32_t peers = 0;      // at other instances
  uint32_t completed = 0;  // over all
  std::optional<FileInfo> info;
  // Some of the peers, drawn at random.
  std::vector<std::pair<InstanceHandle, PeerRecord>> members;
};

// Introduces clients that want the same resource, and vouches for FileInfo.
// Sans-IO: every input carries the time and may produce actions; the caller
// takes them after one input or several, and calls Advance at deadline().
//
// A socket:
//                 hello                     token is good
//   SocketUp -> new ----> (check_tokens) checking ----> open -> SocketDown
//     new ----> open when tokens are not checked
//     any ----> Close (see CloseReason)
class Tracker {
 public:
  explicit Tracker(const TrackerOptions& options);
  Tracker(const Tracker&) = delete;
  Tracker& operator=(const Tracker&) = delete;

  // --- sockets ---------------------------------------------------------------

  void SocketUp(Timestamp now, ConnHandle conn, const ClientAddress& address);
  void SocketMessage(Timestamp now, ConnHandle conn,
                     absl::Span<const uint8_t> message);
  void SocketDown(Timestamp now, ConnHandle conn);

  // --- answers ---------------------------------------------------------------

  void TokenChecked(Timestamp now, ConnHandle conn, bool good);
  void ResourceReady(Timestamp now, const std::string& url, FileInfo info);
  // The code and text go to everyone who waits.
  void ResourceFailed(Timestamp now, const std::string& url,
                      SwarmErrorCode code, const std::string& text);

  // --- other instances, where TrackerOptions::shared
  // -------------------------

  // Bytes that another instance asked its caller to Forward to us.
  void FromInstance(Timestamp now, InstanceHandle instance,
                    absl::Span<const uint8_t> message);
  // To be called for each swarm with members here (those of Announce and not of
  // Withdraw) when its first one is announced, and every few seconds.
  void SwarmSampled(Timestamp now, const SwarmId& id,
                    const SwarmSample& sample);
  // `lost`, which was to be forwarded there, has not arrived. Its clients are
  // not known any more; a sample may bring them back.
  void InstanceGone(Timestamp now, InstanceHandle instance,
                    absl::Span<const uint8_t> lost);

  // --- what the operator decides
  // ----------------------------------------------

  // Told to each client from now on; to connected ones with their next report.
  void SetIceServers(std::vector<IceServer> servers);
  // Tells everyone that the tracker is going away. Each is given another time
  // to come back, spread over `within`, so that they don't come all at once.
  void Shutdown(Duration within);

  // --- time
  // --------------------------------------------------------------------

  Timestamp deadline() const;
  void Advance(Timestamp now);

  // All actions since the last call, oldest first.
  std::vector<TrackerAction> TakeActions();

  TrackerStats stats() const;
  const Registry& registry() const { return registry_; }  // for tests
  const PairHistory& history() const { return history_; }
  const ConnectFigures& connects() const { return connects_; }
  // Somebody looks at this swarm: its members' reports are kept for a while.
  // Without a swarm of this id, nothing happens.
  std::optional<SwarmView> Look(Timestamp now, const SwarmId& id);

 private:
  // What is kept of a socket until it is open only.
  struct Arrival {
    ClientAddress address;
    // While its token is checked: what it said, and what came after that.
    std::optional<ClientHello> hello;
    std::vector<uint8_t> deferred;
  };
  struct Conn {
    ConnHandle handle;
    Session* session = nullptr;  // once it is open
    std::unique_ptr<Arrival> arrival;
    RateLimit messages;
    RateLimit joins;
    RateLimit asks;
    RateLimit drops;
    uint32_t waiting = 0;  // joins that wait for a resource
    uint32_t ice_version = 0;
    bool warned = false;  // that it is too fast

    bool open() const { return session != nullptr; }
    bool checking() const { return arrival != nullptr && arrival->hello; }
  };

  // Whether the socket may stay open, or why not.
  using Verdict = std::optional<CloseReason>;
  static constexpr Verdict kFine = std::nullopt;

  // tracker.cc: sockets and sessions
  void HandleMessage(Timestamp now, Conn& conn,
                     absl::Span<const uint8_t> message);
  Verdict HandleFrame(Timestamp now, Conn& conn, const Frame& frame);
  // It has done more than it may.
  Verdict Overstep(Timestamp now, Conn& conn);
  Verdict HandleHello(Timestamp now, Conn& conn, const Frame& frame);
  Verdict Open(Timestamp now, Conn& conn, const ClientHello& hello);
  void SendWelcome(Conn& conn);
  void SendNotice(ConnHandle conn, NoticeCode code, Duration wait,
                  std::string text);
  Conn* FindConn(ConnHandle handle);
  void CloseConn(Timestamp now, ConnHandle handle, CloseReason reason);
  Verdict HandleSessionFrame(Timestamp now, Conn& conn, const Frame& frame);

  // tracker_joins.cc: swarms and resources
  Verdict HandleJoin(Timestamp now, Conn& conn, const Frame& frame);
  void JoinByUrl(Timestamp now, Conn& conn, const Join& join);
  // `asked`: other instances have no FileInfo of it either.
  void JoinById(Timestamp now, Conn& conn, const Join& join, bool asked);
  // Makes the client a member, gives it FileInfo (unless null), introduces it.
  void EnterSwarm(Timestamp now, Conn& conn, Swarm& swarm, uint32_t ref,
                  const FileInfo* info, bool seeder);
  Verdict HandlePublish(Timestamp now, Conn& conn, const Frame& frame);
  Verdict HandleLeave(Timestamp now, Conn& conn, const Frame& frame);
  void RefuseJoin(Conn& conn, uint32_t ref, SwarmErrorCode code,
                  std::string text);
  void EnterVouched(Timestamp now, Conn& conn, uint32_t ref,
                    const ResourceTable::Vouched& vouched);
  // Null, and the join refused, if there is no room for it.
  Swarm* SwarmForJoin(Timestamp now, Conn& conn, uint32_t ref,
                      const SwarmId& id);
  void SendInfo(ConnHandle conn, uint32_t ref, const SwarmId& id,
                const FileInfo& info);
  // The error for a client whose browser can't connect to anyone there.
  std::optional<SwarmErrorCode> BrowserError(const Session& session,
                                             const Swarm& swarm) const;

  // tracker_peers.cc: between clients
  // Up to `want` new peers; it is told of the swarm even if there are none.
  void OfferPeers(Timestamp now, Member& member, uint32_t want);
  // Those it was introduced to for this swarm and that have a socket now.
  uint32_t PresentPartners(const Session& session, const Swarm& swarm) const;
  Verdict HandleWantPeers(Timestamp now, Conn& conn, const Frame& frame);
  Verdict HandleSdp(Timestamp now, Conn& conn, const Frame& frame);
  Verdict HandleReport(Timestamp now, Conn& conn, const Frame& frame);
  void NoteConnections(Session& session, Member& member, const Report& report);
  void NoteTransfer(Session& session, Member& member, const Report& report);
  Verdict HandleCompleted(Timestamp now, Conn& conn, const Frame& frame);

  // tracker_instances.cc: clients of other instances
  void Announce(Timestamp now, const Member& member);
  void Withdraw(const Member& member);
  void NoteHungry(Swarm& swarm, ClientId client);
  void IntroduceAbroad(Timestamp now, const Member& newcomer,
                       const Session& known, bool known_offers);
  void SendSdp(const Session& dest, const Sdp& sdp);
  void HandleIntroduction(Timestamp now, InstanceHandle instance,
                          const Frame& frame);
  void HandleForeignSdp(InstanceHandle instance, const Frame& frame);
  void DeclineLost(const Frame& frame);
  void KeepFound(Timestamp now, const SwarmId& id, const SwarmSample& sample);
  void TakeSample(Timestamp now, Swarm& swarm, const SwarmSample& sample);
  Member& NoteForeign(Timestamp now, Session& session, Swarm& swarm,
                      const PeerRecord& record);
  void FeedHungry(Timestamp now, Swarm& swarm);
  void AnswerWaiting(Timestamp now, const SwarmId& id);
  // False if too many wait already.
  bool AskElsewhere(Conn& conn, const Join& join);
  static Match MatchFor(const Member& member);

  template <typename Message>
  void Send(ConnHandle conn, const Message& message, bool can_wait = false) {
    actions_.push_back(
        tracker_action::SendTo{conn, SerializeMessage(message), can_wait});
  }

  TrackerOptions options_;
  Rng rng_;
  PairHistory history_;
  ConnectFigures connects_;
  SwarmWatch watch_;
  Matcher matcher_;
  Registry registry_;
  ResourceTable resources_;
  absl::btree_map<ConnHandle, std::unique_ptr<Conn>> conns_;
  // Joins by id for whose FileInfo other instances are asked.
  absl::btree_map<SwarmId, std::vector<std::pair<ConnHandle, Join>>> waiting_;
  FifoTimers<ConnHandle> hello_timers_;
  std::vector<IceServer> ice_servers_;
  uint32_t ice_version_ = 0;
  TrackerStats totals_;
  std::vector<TrackerAction> actions_;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_TRACKER_H_
