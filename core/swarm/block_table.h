#ifndef PEER5_CORE_SWARM_BLOCK_TABLE_H_
#define PEER5_CORE_SWARM_BLOCK_TABLE_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "core/content/availability_map.h"
#include "core/content/layout.h"
#include "core/swarm/block_assembly.h"
#include "core/swarm/rarity_picker.h"

namespace peer5 {

// Where each block of a resource stands.
//
//            Begin            StartVerify             Commit
//   missing ------> active  --------------> verifying -------> have
//      ^              |                        |                 |
//      +--- Abandon --+-------- Abandon -------+----- Lose ------+
//
// A missing block is in the picker's hands; an active or verifying one has a
// BlockAssembly; one we have is in the availability map.
class BlockTable {
 public:
  enum class State : uint8_t { kMissing, kActive, kVerifying, kHave };

  explicit BlockTable(const Layout& layout)
      : layout_(layout),
        picker_(layout.num_blocks()),
        have_(layout.num_blocks()),
        verifying_(layout.num_blocks()) {}

  const Layout& layout() const { return layout_; }
  const AvailabilityMap& have() const { return have_; }
  RarityPicker& picker() { return picker_; }
  const RarityPicker& picker() const { return picker_; }
  bool complete() const { return have_.all(); }
  bool verifying() const { return !verifying_.none(); }

  State StateOf(BlockIndex block) const;
  // Missing or active: bytes for it are still of use.
  bool Wants(BlockIndex block) const {
    return !have_.Has(block) && !verifying_.Has(block);
  }

  // Assemblies move when one of them begins or ends.
  BlockAssembly& Begin(BlockIndex block);
  // Null unless active.
  BlockAssembly* Active(BlockIndex block);
  // The assembly of an active or verifying block, or null.
  BlockAssembly* Find(BlockIndex block);
  void StartVerify(BlockIndex block);
  void Commit(BlockIndex block);
  void Abandon(BlockIndex block);
  void Lose(BlockIndex block);

  // Its last assembly failed verification: the next is to have one source, so
  // that a second failure has one culprit. Ends with Commit.
  void MarkSuspect(BlockIndex block) {
    if (!absl::c_linear_search(suspects_, block)) suspects_.push_back(block);
  }

  // Active and verifying blocks, by index: few, and looked through after nearly
  // every input, so they lie side by side.
  using Assemblies = std::vector<std::pair<uint32_t, BlockAssembly>>;
  Assemblies& assemblies() { return assemblies_; }

 private:
  // Where the block's assembly is, or would be.
  Assemblies::iterator PlaceOf(BlockIndex block);
  void End(BlockIndex block);

  Layout layout_;
  RarityPicker picker_;
  AvailabilityMap have_;
  AvailabilityMap verifying_;
  Assemblies assemblies_;
  std::vector<BlockIndex> suspects_;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_BLOCK_TABLE_H_
