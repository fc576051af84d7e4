#ifndef PEER5_CORE_SWARM_RARITY_PICKER_H_
#define PEER5_CORE_SWARM_RARITY_PICKER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "core/content/availability_map.h"
#include "core/content/ids.h"
#include "core/content/rng.h"

namespace peer5 {

// A run of blocks, [first, end).
struct BlockRange {
  uint32_t first = 0;
  uint32_t end = 0;
  bool Contains(uint32_t block) const { return first <= block && block < end; }
};

// Keeps the wanted blocks of a swarm sorted by how many peers have them, each
// change in O(1), and picks the rarest that a given peer can supply.
//
// Blocks of one rarity share a bucket in which order means nothing; picks
// start at a random place in it, so that clients that see the same swarm do
// not all ask for the same block. Peers that have everything are counted apart
// (AddSeeder), because they add the same to each block.
class RarityPicker {
 public:
  explicit RarityPicker(uint32_t num_blocks);

  // Availability of all peers together, but for seeders.
  void Add(BlockIndex block);
  void Remove(BlockIndex block);
  void AddSeeder() { ++seeders_; }
  void RemoveSeeder() { --seeders_; }

  // A block is wanted from the start, until it is taken.
  void Take(BlockIndex block);
  void PutBack(BlockIndex block);
  bool IsWanted(BlockIndex block) const { return wanted_.Has(block); }
  uint32_t num_blocks() const { return wanted_.size(); }
  uint32_t wanted_count() const { return wanted_.count(); }
  const AvailabilityMap& wanted() const { return wanted_; }

  uint32_t seeders() const { return seeders_; }
  // How many connected peers have it, seeders included.
  uint32_t AvailabilityOf(BlockIndex block) const {
    return count_[block.value()] + seeders_;
  }

  // The rarest wanted block in `has`, outside `avoid`.
  std::optional<BlockIndex> PickRarest(const AvailabilityMap& has,
                                       BlockRange avoid, Rng& rng) const;
  // The first wanted block of `range` in `has`.
  std::optional<BlockIndex> PickFirst(const AvailabilityMap& has,
                                      BlockRange range) const;
  // A random wanted block that no connected peer has.
  std::optional<BlockIndex> PickLacking(Rng& rng) const;
  uint32_t lacking_count() const;

  // Recomputes everything from the bits; for tests.
  bool Consistent() const;

 private:
  void Insert(uint32_t block);
  void Erase(uint32_t block);
  std::optional<BlockIndex> Probe(const AvailabilityMap& has, BlockRange avoid,
                                  Rng& rng) const;
  std::optional<BlockIndex> Scan(const AvailabilityMap& has, BlockRange avoid,
                                 Rng& rng) const;

  uint32_t seeders_ = 0;
  AvailabilityMap wanted_;
  std::vector<uint16_t> count_;     // by block, seeders not included
  std::vector<uint32_t> position_;  // by block: where in its bucket
  std::vector<std::vector<uint32_t>> buckets_;  // by count: wanted blocks
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_RARITY_PICKER_H_
