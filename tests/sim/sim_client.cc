#include "tests/sim/sim_client.h"

#include <utility>

#include "core/swarm/listing_client.h"
#include "tests/sim/reference/bittorrent.h"
#include "tests/sim/reference/y2013.h"

namespace peer5::sim {
namespace {

// The client that ships, unmodified.
class Peer5Client : public SimClient {
 public:
  explicit Peer5Client(const ClientOptions& options) : client_(options) {}

  SwarmHandle Open(Timestamp now, const SwarmOptions& options) override {
    return swarm_ = client_.Open(now, options);
  }
  void Close(Timestamp now) override { client_.Close(now, swarm_); }
  void SetPlayback(Timestamp now, uint64_t position, Timestamp due,
                   double bytes_per_second) override {
    client_.SetPlayback(now, swarm_, position, due, bytes_per_second);
  }
  void FetchHead(Timestamp now, FetchHandle fetch,
                 const Client::HttpHead& head) override {
    client_.FetchHead(now, fetch, head);
  }
  void FetchBytes(Timestamp now, FetchHandle fetch, uint32_t length) override {
    client_.FetchBytes(now, fetch, length);
  }
  void FetchEnd(Timestamp now, FetchHandle fetch, bool ok) override {
    client_.FetchEnd(now, fetch, ok);
  }
  void PeerUp(Timestamp now, PeerHandle peer, uint32_t max_message,
              bool reliable) override {
    client_.PeerUp(now, peer, max_message, reliable);
  }
  void PeerDown(Timestamp now, PeerHandle peer) override {
    client_.PeerDown(now, peer);
  }
  void PeerMessage(Timestamp now, PeerHandle peer,
                   absl::Span<const uint8_t> head, uint32_t length) override {
    client_.PeerMessage(now, peer, head, length);
  }
  void PeerBuffered(Timestamp now, PeerHandle peer, uint64_t bytes) override {
    client_.PeerBuffered(now, peer, bytes);
  }
  void LocalSignal(Timestamp now, PeerHandle peer, SdpKind kind,
                   std::string text) override {
    client_.LocalSignal(now, peer, kind, std::move(text));
  }
  void TrackerUp(Timestamp now) override { client_.TrackerUp(now); }
  void TrackerMessage(Timestamp now,
                      absl::Span<const uint8_t> message) override {
    client_.TrackerMessage(now, message);
  }
  void BlockDigest(Timestamp now, BlockIndex block,
                   const Hash& digest) override {
    client_.BlockDigest(now, swarm_, block, digest);
  }
  void SuspectChunk(Timestamp now, BlockIndex block, uint32_t chunk) override {
    client_.SuspectChunk(now, swarm_, block, chunk);
  }
  Timestamp deadline() const override { return client_.deadline(); }
  void Advance(Timestamp now) override { client_.Advance(now); }
  std::vector<Action> TakeActions() override { return client_.TakeActions(); }
  uint32_t banned() const override { return client_.stats(swarm_).banned; }

 private:
  ListingClient client_;
  SwarmHandle swarm_{0};
};

}  // namespace

std::unique_ptr<SimClient> MakeClient(Policy policy,
                                      const ClientOptions& options,
                                      std::shared_ptr<const FileInfo> info) {
  switch (policy) {
    case Policy::kPeer5:
      return std::make_unique<Peer5Client>(options);
    case Policy::kY2013:
      return std::make_unique<Y2013Client>(options, std::move(info));
    case Policy::kBitTorrent:
      return std::make_unique<BitTorrentClient>(options, std::move(info));
  }
  return nullptr;
}

}  // namespace peer5::sim
