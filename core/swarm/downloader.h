#ifndef PEER5_CORE_SWARM_DOWNLOADER_H_
#define PEER5_CORE_SWARM_DOWNLOADER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/swarm/block_table.h"
#include "core/swarm/context.h"
#include "core/swarm/peer.h"

namespace peer5 {

// What the chunk that just came is to the swarm.
struct ReceivedChunk {
  BlockAssembly* assembly = nullptr;  // null: not wanted (any more)
  uint32_t chunk_in_block = 0;
};

// Asks the peers of one swarm for chunks. Each peer has a window of bytes; a
// block is led by the peer that picked it and normally asked of that peer
// alone, which makes blame easy. When nothing is left to pick, a peer first
// helps with chunks that nobody has been asked for, then takes over what a
// much slower peer still owes.
class Downloader {
 public:
  Downloader(Context& context, BlockTable& blocks,
             std::vector<std::unique_ptr<Link>>& links)
      : context_(context), blocks_(blocks), links_(links) {}

  // Whether peers are asked at all (strategy, pause).
  void SetEnabled(bool enabled);
  bool enabled() const { return enabled_; }
  // HTTP is about to bring these blocks; peers pick others while there are.
  void SetAvoid(BlockRange range) { avoid_ = range; }
  // In-order reading: these come first, whatever their rarity, and what is not
  // among them leaves room in everybody's lines for what is. In a rush, all
  // peers leave room for HTTP.
  void SetUrgent(BlockRange range, bool rush) {
    urgent_ = range;
    in_order_ = true;
    rush_ = rush;
  }

  void Fill(Timestamp now, Link& link);
  void FillAll(Timestamp now);

  // A Data message for this swarm: which chunk it fills, if any. Accounts for
  // the answered request; the caller marks the chunk received.
  ReceivedChunk OnData(Timestamp now, Link& link, ChunkIndex chunk,
                       uint32_t length);
  // Other peers that were asked for this chunk are told to forget it.
  void CancelElsewhere(const Link* from, ChunkIndex chunk);
  void OnRefuse(Timestamp now, Link& link, absl::Span<const ChunkIndex> chunks,
                Duration back_off);
  // Everything asked of it goes back to be asked of others.
  void ReleaseAll(Link& link);
  // Also tells it to forget what was asked.
  void CancelAll(Link& link);

  // HTTP brings the rest of it.
  void ForgetBlock(BlockIndex block) {
    for (auto& link : links_) ForgetBlock(*link, block);
  }
  // The block is settled: nothing of it is awaited from this link any more.
  void ForgetBlock(Link& link, BlockIndex block);

  // Finds answers that are lost or peers that have gone silent.
  void CheckLate(Timestamp now);
  // The next time CheckLate may find something on an unreliable channel, or
  // the user's limit lets us ask for more.
  Timestamp deadline() const;

  // Bytes asked of the peers of this swarm and not here yet.
  uint64_t outstanding() const;

 private:
  bool MayAsk(Timestamp now, const Link& link) const;
  uint32_t Room(Timestamp now, const Link& link);
  BlockAssembly* NextBlock(Link& link);
  BlockAssembly* LedBlock(const Link& link);
  BlockAssembly* PickNew(Link& link);
  BlockAssembly* OthersMissing(const Link& link);
  bool OthersAreSooner(const Link& link, const BlockAssembly& assembly) const;
  bool TakeOver(Timestamp now, Link& link, uint32_t room,
                std::vector<ChunkIndex>& ids);
  void Ask(Timestamp now, Link& link, BlockAssembly& assembly, uint32_t chunk,
           std::vector<ChunkIndex>& ids);
  void Forget(Link& link, size_t pending);
  void FindLost(Timestamp now, Link& link, size_t answered);
  uint32_t MaxActiveBlocks() const;
  bool MayPickAhead() const;

  Context& context_;
  BlockTable& blocks_;
  std::vector<std::unique_ptr<Link>>& links_;
  bool enabled_ = true;
  bool any_unreliable_ = false;  // of the links ever asked
  BlockRange avoid_;
  BlockRange urgent_;
  bool in_order_ = false;
  bool rush_ = false;
  Timestamp held_until_ = Timestamp::Never();  // by the user's limit
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_DOWNLOADER_H_
