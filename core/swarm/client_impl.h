#ifndef PEER5_CORE_SWARM_CLIENT_IMPL_H_
#define PEER5_CORE_SWARM_CLIENT_IMPL_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/swarm/client.h"
#include "core/swarm/context.h"
#include "core/swarm/handle_table.h"
#include "core/swarm/peer.h"
#include "core/swarm/swarm.h"
#include "core/swarm/uplink_yield.h"
#include "core/swarm/uploader.h"
#include "core/wire/frame.h"
#include "core/wire/match.h"
#include "core/wire/open_swarms.h"
#include "core/wire/sdp.h"
#include "core/wire/swarm_error.h"

namespace peer5 {

// The parts behind Client: the swarms, the connections that they share, and
// the session with the tracker. Each group of methods has its own file.
class ClientImpl : public SwarmHost {
 public:
  ClientImpl(const ClientOptions& options, ActionSink& sink);

  // --- swarms (client_impl.cc)
  SwarmHandle Open(Timestamp now, const SwarmOptions& options);
  SwarmHandle Share(Timestamp now, FileInfo info);
  void Close(Timestamp now, SwarmHandle swarm);
  void SetOptions(Timestamp now, const ClientOptions& options);
  void SetLoad(uint8_t load) { load_ = load; }
  Swarm* Find(SwarmHandle swarm) const;
  Swarm* FetchOwner(FetchHandle fetch) const;
  Timestamp deadline() const;
  void Advance(Timestamp now);

  // --- connections (client_peers.cc)
  void PeerUp(Timestamp now, PeerHandle peer, uint32_t max_message,
              bool reliable);
  void PeerDown(Timestamp now, PeerHandle peer);
  void PeerMessage(Timestamp now, PeerHandle peer,
                   absl::Span<const uint8_t> head, uint32_t length);
  void PeerBuffered(Timestamp now, PeerHandle peer, uint64_t bytes);
  void DropDoomed();
  uint32_t banned() const;

  // --- tracker (client_tracker.cc)
  void TrackerUp(Timestamp now);
  void TrackerDown(Timestamp now);
  void TrackerMessage(Timestamp now, absl::Span<const uint8_t> message);
  void LocalSignal(Timestamp now, PeerHandle peer, SdpKind kind,
                   std::string text);
  // Joins swarms whose response has turned out large enough.
  void JoinLate(Timestamp now);

  // --- SwarmHost
  void OnSwarmIdentified(Timestamp now, Swarm& swarm) override;
  void OnSwarmOver(Timestamp now, Swarm& swarm) override;
  void OnSwarmComplete(Timestamp now, Swarm& swarm) override;
  void Blame(Timestamp now, ClientId client) override;
  bool TrackerHopeful() const override;

 private:
  // A client that sent wrong blocks or messages.
  struct Offender {
    ClientId client;
    int strikes;
  };

  // The first that takes part: a page may ask for one resource several times.
  Swarm* FindById(const SwarmId& id) const;
  void DropLinks(Timestamp now, Swarm& swarm, bool tell);

  Peer* FindPeer(PeerHandle peer) const;
  Peer* FindPeer(ClientId client) const;
  Peer& NewPeer(Timestamp now, ClientId client, bool offer);
  void DropPeer(Timestamp now, Peer& peer);
  void Greet(Timestamp now, Peer& peer);
  void OpenWith(Timestamp now, Peer& peer, const SwarmId& id);
  void LinkIfBoth(Timestamp now, Peer& peer, const SwarmId& id);
  Link* FindLink(Peer& peer, SwarmPrefix prefix) const;
  // Handles the frames of a message; false if it is not a peer's to send.
  bool HandleMessage(Timestamp now, PeerHandle handle,
                     absl::Span<const uint8_t> message);
  bool HandleFrame(Timestamp now, Peer& peer, const Frame& frame,
                   uint32_t payload_offset);
  bool HandleHello(Timestamp now, Peer& peer, absl::Span<const uint8_t> value);
  bool HandleOpen(Timestamp now, Peer& peer, absl::Span<const uint8_t> value);
  bool HandleData(Timestamp now, Peer& peer, absl::Span<const uint8_t> head,
                  uint32_t length, uint32_t offset);
  bool HandleInSwarm(Timestamp now, Peer& peer, const Frame& frame);
  bool HandleInfoRequest(Peer& peer, absl::Span<const uint8_t> value);
  bool HandleInfo(Timestamp now, absl::Span<const uint8_t> value);
  bool IsBanned(ClientId client) const;
  void Misbehaved(Timestamp now, Peer& peer);
  void TickPeers(Timestamp now);
  void SendPing(Timestamp now, Peer& peer);
  void ProbeUplink(Timestamp now);
  bool Useless(const Peer& peer) const;
  bool MakeRoom(Timestamp now);
  uint32_t MaxPeers() const;
  size_t TargetLinks(const Swarm& swarm) const;

  void Join(Swarm& swarm);
  void Publish(const Swarm& swarm);
  void ReportAll(Timestamp now);
  void Report(Timestamp now, Swarm& swarm);
  void AskForPeers(Timestamp now);
  void HandleTrackerFrame(Timestamp now, const Frame& frame);
  void HandleMatch(Timestamp now, absl::Span<const uint8_t> value);
  void HandleSdp(Timestamp now, absl::Span<const uint8_t> value);

  Context context_;
  Uploader uploader_;
  UplinkYield yield_;
  Timestamp next_round_;  // of probes on the uplink
  HandleTable<Swarm, &Swarm::handle> swarms_;
  HandleTable<Peer, &Peer::handle> peers_;
  uint32_t next_swarm_ = 1;
  uint32_t next_peer_ = 1;

  std::vector<Offender> offenders_;
  std::vector<ClientId> failed_;    // could not be connected to, to be reported
  std::vector<PeerHandle> doomed_;  // banned, to be dropped after this input

  bool tracker_up_ = false;
  bool tracker_tried_ = false;  // it has been up, or has failed, once
  Duration report_interval_ = Duration::Seconds(10);
  uint8_t load_ = 0;
  Timestamp next_report_ = Timestamp::Never();
  Timestamp next_ask_;
  Timestamp next_tick_ = Timestamp::Never();
  mutable Timestamp now_;  // of the last input, for deadline()
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_CLIENT_IMPL_H_
