#ifndef PEER5_TESTS_SIM_REFERENCE_BITTORRENT_H_
#define PEER5_TESTS_SIM_REFERENCE_BITTORRENT_H_

#include <memory>
#include <vector>

#include "tests/sim/reference/reference_client.h"

namespace peer5::sim {

// What BitTorrent clients do (Cohen, 2003): rarest first with ties at random,
// blocks that were begun first; each 10 s the peers that give most are
// unchoked, and one at random each 30 s; three seconds' worth of requests at
// each peer; in the end game all that is left is asked of everyone. The origin
// is a web seed: one block at a time, the rarest.
class BitTorrentClient : public ReferenceClient {
 public:
  BitTorrentClient(const ClientOptions& options,
                   std::shared_ptr<const FileInfo> info)
      : ReferenceClient(options, std::move(info)), count_(have_.size(), 0) {}

 protected:
  Duration tick() const override { return Duration::Seconds(1); }
  bool verifies() const override { return true; }
  void OnMatch(Timestamp now, const Match& match) override;
  void OnTick(Timestamp now) override;
  void OnReady(Timestamp now, RefPeer& peer) override;
  void OnFrame(Timestamp now, RefPeer& peer, const Frame& frame) override;
  void OnHave(Timestamp now, RefPeer& peer) override;
  void OnBlock(Timestamp now, BlockIndex block) override;
  void Fill(Timestamp now) override;
  bool MayServe(const RefPeer& peer) const override { return !peer.choked; }

 private:
  void Rechoke(bool optimistic);
  void SetChoked(RefPeer& peer, bool choked);
  void UpdateInterest(RefPeer& peer);
  void FillPeer(Timestamp now, RefPeer& peer);
  std::optional<BlockIndex> PickRarest(const AvailabilityMap* has);
  std::optional<BlockIndex> PickBegun(const AvailabilityMap* has);
  void EndGame(Timestamp now, RefPeer& peer, std::vector<ChunkIndex>& ids);

  std::vector<uint16_t> count_;  // availability, recounted once a second
  int seconds_ = 0;
  PeerHandle optimistic_{0};
};

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_REFERENCE_BITTORRENT_H_
