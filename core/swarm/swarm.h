#ifndef PEER5_CORE_SWARM_SWARM_H_
#define PEER5_CORE_SWARM_SWARM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/content/file_info.h"
#include "core/content/time.h"
#include "core/swarm/block_table.h"
#include "core/swarm/client.h"
#include "core/swarm/context.h"
#include "core/swarm/downloader.h"
#include "core/swarm/handles.h"
#include "core/swarm/http_plan.h"
#include "core/swarm/options.h"
#include "core/swarm/peer.h"
#include "core/wire/have.h"
#include "core/wire/swarm_error.h"

namespace peer5 {

// What a swarm tells its client to do about a peer.
class SwarmHost {
 public:
  virtual ~SwarmHost() = default;
  // The swarm's id is known (again): join it at the tracker, open it with
  // peers that have opened it.
  virtual void OnSwarmIdentified(Timestamp now, Swarm& swarm) = 0;
  // It takes part no more: leave at the tracker, close it with its peers.
  virtual void OnSwarmOver(Timestamp now, Swarm& swarm) = 0;
  virtual void OnSwarmComplete(Timestamp now, Swarm& swarm) = 0;
  // The peer sent wrong bytes.
  virtual void Blame(Timestamp now, ClientId client) = 0;
  // Whether a tracker may still answer.
  virtual bool TrackerHopeful() const = 0;
};

// One download or share, from Open to Close.
//
//              FileInfo                all blocks
//   opening ------------> running ------------------> done
//     |  \                 |  |  \                     ^
//     |   \ no FileInfo,   |  |   \ (paused: a flag)   | Share, or all blocks
//     |    \ not shareable |  |                        | are in storage
//     v     v              v  |
//   failed  plain <--------+  +--> failed
//           (another version, wrong content)
//
// In `plain` the page goes on without peers; `failed` ends with an error.
class Swarm {
 public:
  enum class State : uint8_t { kOpening, kRunning, kDone, kPlain, kFailed };

  Swarm(Context& context, SwarmHost& host, SwarmHandle handle,
        const SwarmOptions& options);
  Swarm(const Swarm&) = delete;
  Swarm& operator=(const Swarm&) = delete;

  SwarmHandle handle() const { return handle_; }
  const SwarmOptions& options() const { return options_; }
  State state() const { return state_; }
  bool paused() const { return paused_; }
  const std::optional<SwarmId>& id() const { return id_; }
  const FileInfo* info() const { return info_ ? &*info_ : nullptr; }
  const BlockTable* blocks() const { return blocks_ ? &*blocks_ : nullptr; }
  // Whether it takes part in a swarm (now or as soon as its id is known).
  bool takes_part() const {
    return state_ != State::kPlain && state_ != State::kFailed;
  }
  // The tracker should know of it.
  bool wants_tracker() const;
  // It does, as far as the client knows.
  bool joined() const { return joined_; }
  void set_joined(bool joined) { joined_ = joined; }

  void Start(Timestamp now);
  void StartSharing(Timestamp now, FileInfo info);
  void Pause(Timestamp now);
  void Resume(Timestamp now);
  void SetPlayback(Timestamp now, uint64_t position, Timestamp due,
                   double bytes_per_second);
  void OfferStored(Timestamp now, std::optional<FileInfo> info);
  void HaveStored(Timestamp now, const AvailabilityMap& blocks);

  // FileInfo from the tracker, a peer or a manifest; false if it is refused.
  bool OnInfo(Timestamp now, FileInfo info, const SwarmId& id);
  void OnNoInfo(Timestamp now, SwarmErrorCode code);
  void OnTrackerNews(Timestamp now, uint32_t swarm_peers, bool expect_links);

  bool Owns(FetchHandle fetch) const { return http_.Owns(fetch); }
  void OnFetchHead(Timestamp now, const Client::HttpHead& head);
  void OnFetchBytes(Timestamp now, uint32_t length);
  void OnFetchEnd(Timestamp now, bool ok);

  Link& AddLink(Timestamp now, Peer& peer);
  void RemoveLink(Timestamp now, Link& link);
  const std::vector<std::unique_ptr<Link>>& links() const { return links_; }
  // Each returns false if the message makes no sense here.
  bool OnHave(Timestamp now, Link& link, const Have& have);
  bool OnData(Timestamp now, Link& link, ChunkIndex chunk, uint32_t length,
              uint32_t payload_offset);
  void OnRefuse(Timestamp now, Link& link, absl::Span<const ChunkIndex> chunks,
                Duration back_off);
  void Announce(Link& link);

  void OnDigest(Timestamp now, BlockIndex block, const Hash& digest);
  void OnSuspectChunk(Timestamp now, BlockIndex block, uint32_t chunk);
  void OnBlockLost(Timestamp now, BlockIndex block);
  void OnUploaded(Timestamp now, uint32_t bytes);

  void Tick(Timestamp now);
  Timestamp deadline() const;

  Client::SwarmStats stats() const;
  double down_rate(Timestamp now) { return peer_rate_.BytesPerSecond(now); }
  uint32_t last_block() const { return last_block_; }
  uint32_t swarm_peers() const { return swarm_peers_; }

 private:
  // A block that failed with several sources, until it has been seen right.
  struct Suspect {
    BlockIndex block;
    std::vector<ClientId> sources;
  };

  void Fill(Timestamp now);
  void BlocksFilled(Timestamp now, const std::vector<BlockIndex>& blocks);
  void CommitBlock(Timestamp now, BlockIndex block);
  void CountCommitted(BlockIndex block, const BlockAssembly& assembly);
  void OnBadBlock(Timestamp now, BlockIndex block);
  void OnContentMismatch(Timestamp now);
  void BroadcastHave(BlockIndex block);
  void ForgetAvailability(Link& link);
  void UpdateStrategy(Timestamp now);
  void PlanHttp(Timestamp now);
  PeerView View(Timestamp now) const;
  bool CanHelp() const;
  void CheckHope(Timestamp now);
  void NeedHead();
  void JudgeStored(Timestamp now, const Client::HttpHead& head);
  bool UseStored(Timestamp now);
  void DropStored();
  bool AwaitsHead(Timestamp now) const;
  void Complete(Timestamp now);
  void GoPlain(Timestamp now, action::PlainMode mode,
               action::PlainReason reason);
  void Fail(Timestamp now, action::FailReason reason);
  void StopAll(Timestamp now);
  void ReportState();

  Context& context_;
  SwarmHost& host_;
  const SwarmHandle handle_;
  const SwarmOptions options_;
  State state_ = State::kOpening;
  bool paused_ = false;
  bool joined_ = false;
  Timestamp opened_;

  std::optional<SwarmId> id_;
  std::optional<FileInfo> info_;
  std::optional<FileInfo> stored_;  // offered, neither used nor dropped
  std::optional<BlockTable> blocks_;
  std::vector<std::unique_ptr<Link>> links_;
  std::optional<Downloader> downloader_;
  HttpPlan http_;
  std::vector<Suspect> suspects_;

  bool head_known_ = false;     // the owner has, or needs no, response head
  bool held_failure_ = false;   // the origin answered 5xx, kept back
  bool origin_failed_ = false;  // a request of ours broke or was answered 5xx
  bool alone_ = false;          // the tracker knows of nobody else here
  bool http_failed_ = false;    // before FileInfo
  bool stream_ended_ = false;   // whole, before FileInfo
  bool private_ = false;
  bool shared_ = false;   // a file of the page's, all of it, from the start
  bool no_info_ = false;  // the tracker has none, a stored copy may do
  int content_mismatches_ = 0;
  Timestamp hope_until_;  // when waiting for peers or a tracker ends
  uint32_t swarm_peers_ = 0;
  std::optional<uint32_t> place_;  // how many there were when we came
  Timestamp links_expected_until_;
  Timestamp last_peer_bytes_;
  bool insurance_ = false;  // p2p-friendly: peers are in use

  RateMeter peer_rate_;
  Client::SwarmStats stats_;
  uint32_t last_block_ = UINT32_MAX;
  uint64_t reported_upload_ = 0;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_SWARM_H_
