#ifndef PEER5_TESTS_SIM_REFERENCE_REFERENCE_CLIENT_H_
#define PEER5_TESTS_SIM_REFERENCE_REFERENCE_CLIENT_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/content/availability_map.h"
#include "core/content/rng.h"
#include "core/wire/frame.h"
#include "core/wire/match.h"
#include "tests/sim/sim_client.h"

namespace peer5::sim {

// What the reference policies have in common: the session with the tracker,
// connections, blocks that are put together, and one HTTP request at a time.
// What to ask of whom, whom to serve and what to tell is up to the policy.
class ReferenceClient : public SimClient {
 public:
  ReferenceClient(const ClientOptions& options,
                  std::shared_ptr<const FileInfo> info);

  SwarmHandle Open(Timestamp now, const SwarmOptions& options) override;
  void Close(Timestamp now) override;
  void SetPlayback(Timestamp, uint64_t, Timestamp, double) override {}
  void FetchHead(Timestamp, FetchHandle, const Client::HttpHead&) override {}
  void FetchBytes(Timestamp now, FetchHandle fetch, uint32_t length) override;
  void FetchEnd(Timestamp now, FetchHandle fetch, bool ok) override;
  void PeerUp(Timestamp now, PeerHandle handle, uint32_t max_message,
              bool reliable) override;
  void PeerDown(Timestamp now, PeerHandle handle) override;
  void PeerMessage(Timestamp now, PeerHandle handle,
                   absl::Span<const uint8_t> head, uint32_t length) override;
  void PeerBuffered(Timestamp now, PeerHandle handle, uint64_t bytes) override;
  void LocalSignal(Timestamp now, PeerHandle handle, SdpKind kind,
                   std::string text) override;
  void TrackerUp(Timestamp now) override;
  void TrackerMessage(Timestamp now,
                      absl::Span<const uint8_t> message) override;
  void BlockDigest(Timestamp now, BlockIndex block,
                   const Hash& digest) override;
  void SuspectChunk(Timestamp, BlockIndex, uint32_t) override {}
  Timestamp deadline() const override { return next_tick_; }
  void Advance(Timestamp now) override;
  std::vector<Action> TakeActions() override {
    return std::exchange(actions_, {});
  }
  uint32_t banned() const override { return 0; }

 protected:
  struct Asked {
    ChunkIndex chunk;
    Timestamp at;
  };
  struct RefPeer {
    PeerHandle handle;
    ClientId id;
    bool up = false;
    AvailabilityMap has;
    std::deque<Asked> asked;      // of it, and not answered
    std::deque<ChunkIndex> owed;  // to it
    uint64_t buffered = 0;
    double window = 4;       // chunks (2013)
    bool choking_us = true;  // BitTorrent
    bool choked = true;
    bool interested = false;  // in us
    bool we_are_interested = false;
    uint64_t received = 0;  // bytes, since the last look
    uint64_t sent = 0;
    double rate = 0;  // bytes/s that it sends us
  };
  // A block that is being put together.
  struct Part {
    enum State : uint8_t { kMissing, kAsked, kReceived };
    std::vector<uint8_t> chunks;
    uint32_t received = 0;
    uint32_t http_bytes = 0;
    uint32_t peer_bytes = 0;
    bool by_http = false;  // the HTTP request stands in it
    bool verifying = false;
  };
  struct HttpFetch {
    FetchHandle handle;
    uint64_t position;
    uint64_t end;
  };

  // What a policy decides.
  virtual Duration tick() const = 0;
  virtual bool verifies() const = 0;
  virtual void OnMatch(Timestamp now, const Match& match) = 0;
  virtual void OnTick(Timestamp now) = 0;
  virtual void OnReady(Timestamp now, RefPeer& peer) = 0;
  virtual void OnFrame(Timestamp now, RefPeer& peer, const Frame& frame) = 0;
  virtual void OnHave(Timestamp now, RefPeer& peer) = 0;
  virtual void OnBlock(Timestamp now, BlockIndex block) = 0;
  // More can be asked for, or HTTP has nothing to do.
  virtual void Fill(Timestamp now) = 0;
  virtual bool MayServe(const RefPeer& peer) const = 0;
  virtual void OnRequestEnd(RefPeer&, bool /*expired*/) {}
  virtual void OnBlockLost(BlockIndex) {}

  // What policies use.
  const Layout& layout() const { return info_->layout; }
  template <typename A>
  void Emit(A action) {
    actions_.emplace_back(std::move(action));
  }
  template <typename Message>
  void SendTo(const RefPeer& peer, const Message& message) {
    Emit(action::Send{peer.handle, SerializeMessage(message)});
  }
  void Offer(ClientId id);
  void WantPeers(uint8_t count);
  void SendMap(const RefPeer& peer);
  RefPeer* Find(PeerHandle handle);
  RefPeer* Find(ClientId id);
  Part& PartOf(BlockIndex block);
  bool Wanted(BlockIndex block) const;
  // Nothing of it has been asked for by anybody.
  bool Untouched(BlockIndex block) const;
  // Asks for chunks of the block that nobody is asked for, up to `most`.
  size_t Ask(Timestamp now, RefPeer& peer, BlockIndex block, size_t most,
             std::vector<ChunkIndex>& ids);
  // What was asked of it may be asked of others.
  void GiveUp(RefPeer& peer, size_t asked);
  void GiveUpAll(RefPeer& peer);
  void Serve(RefPeer& peer);
  void FetchBlocks(uint32_t first, uint32_t end);
  void AbortFetch();

  // Connections.
  uint32_t MaxPeers() const { return options_.max_peers.value_or(30); }

  ClientOptions options_;
  SwarmOptions swarm_options_;
  SwarmHandle swarm_{1};
  std::shared_ptr<const FileInfo> info_;
  SwarmId id_;
  SwarmPrefix prefix_;
  Rng rng_;
  AvailabilityMap have_;
  std::map<uint32_t, RefPeer> peers_;
  std::map<uint32_t, Part> parts_;
  std::optional<HttpFetch> fetch_;
  int http_failures_ = 0;
  bool tracked_ = false;
  uint32_t swarm_peers_ = 0;

 private:
  void OnData(Timestamp now, RefPeer& peer, absl::Span<const uint8_t> head,
              uint32_t length);
  void OnSdp(absl::Span<const uint8_t> value);
  void Receive(Timestamp now, BlockIndex block, uint32_t chunk, bool http);
  // In the end game, others were asked for it too.
  void CancelElsewhere(ChunkIndex chunk);
  void Commit(Timestamp now, BlockIndex block);
  RefPeer& NewPeer(ClientId id, bool offer);

  std::vector<Action> actions_;
  Timestamp next_tick_ = Timestamp::Never();
  uint32_t next_handle_ = 1;
  uint32_t next_fetch_ = 1;
};

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_REFERENCE_REFERENCE_CLIENT_H_
