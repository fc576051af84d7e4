#include "core/swarm/rarity_picker.h"

#include <bit>

namespace peer5 {
namespace {

// Random looks into the buckets before a full scan of the bits. A peer that
// has a fair part of what we want is hit within a few; only one that has next
// to nothing of it costs a scan.
constexpr int kMaxProbes = 48;

}  // namespace

RarityPicker::RarityPicker(uint32_t num_blocks)
    : wanted_(num_blocks, true),
      count_(num_blocks, 0),
      position_(num_blocks),
      buckets_(1) {
  buckets_[0].resize(num_blocks);
  for (uint32_t b = 0; b < num_blocks; ++b) {
    buckets_[0][b] = b;
    position_[b] = b;
  }
}

void RarityPicker::Insert(uint32_t block) {
  const uint16_t count = count_[block];
  if (count >= buckets_.size()) buckets_.resize(count + 1);
  position_[block] = static_cast<uint32_t>(buckets_[count].size());
  buckets_[count].push_back(block);
}

void RarityPicker::Erase(uint32_t block) {
  std::vector<uint32_t>& bucket = buckets_[count_[block]];
  const uint32_t hole = position_[block];
  bucket[hole] = bucket.back();
  position_[bucket[hole]] = hole;
  bucket.pop_back();
}

void RarityPicker::Add(BlockIndex block) {
  const bool wanted = IsWanted(block);
  if (wanted) Erase(block.value());
  ++count_[block.value()];
  if (wanted) Insert(block.value());
}

void RarityPicker::Remove(BlockIndex block) {
  const bool wanted = IsWanted(block);
  if (wanted) Erase(block.value());
  --count_[block.value()];
  if (wanted) Insert(block.value());
}

void RarityPicker::Take(BlockIndex block) {
  if (wanted_.Clear(block)) Erase(block.value());
}

void RarityPicker::PutBack(BlockIndex block) {
  if (wanted_.Set(block)) Insert(block.value());
}

std::optional<BlockIndex> RarityPicker::PickRarest(const AvailabilityMap& has,
                                                   BlockRange avoid,
                                                   Rng& rng) const {
  if (wanted_.none() || has.none()) return std::nullopt;
  if (auto block = Probe(has, avoid, rng)) return block;
  return Scan(has, avoid, rng);
}

std::optional<BlockIndex> RarityPicker::Probe(const AvailabilityMap& has,
                                              BlockRange avoid,
                                              Rng& rng) const {
  int probes = 0;
  // A peer's own blocks are counted at least once, unless it is a seeder.
  for (size_t count = has.all() ? 0 : 1; count < buckets_.size(); ++count) {
    const std::vector<uint32_t>& bucket = buckets_[count];
    if (bucket.empty()) continue;
    const uint32_t size = static_cast<uint32_t>(bucket.size());
    const uint32_t start = rng.Below(size);
    for (uint32_t i = 0; i < size; ++i) {
      const uint32_t block =
          bucket[start + i < size ? start + i : start + i - size];
      if (has.Has(BlockIndex(block)) && !avoid.Contains(block)) {
        return BlockIndex(block);
      }
      if (++probes == kMaxProbes) return std::nullopt;
    }
  }
  return std::nullopt;
}

std::optional<BlockIndex> RarityPicker::Scan(const AvailabilityMap& has,
                                             BlockRange avoid, Rng& rng) const {
  // The rarest by count; of those equally rare, each with the same chance.
  std::optional<BlockIndex> best;
  uint32_t equals = 0;
  for (size_t w = 0; w < has.words().size(); ++w) {
    uint64_t bits = has.words()[w] & wanted_.words()[w];
    for (; bits != 0; bits &= bits - 1) {
      const uint32_t block =
          static_cast<uint32_t>(w * 64) + std::countr_zero(bits);
      if (avoid.Contains(block)) continue;
      if (!best || count_[block] < count_[best->value()]) {
        best = BlockIndex(block);
        equals = 1;
      } else if (count_[block] == count_[best->value()] &&
                 rng.Below(++equals) == 0) {
        best = BlockIndex(block);
      }
    }
  }
  return best;
}

std::optional<BlockIndex> RarityPicker::PickFirst(const AvailabilityMap& has,
                                                  BlockRange range) const {
  for (size_t w = range.first / 64; w * 64 < range.end; ++w) {
    uint64_t bits = has.words()[w] & wanted_.words()[w];
    for (; bits != 0; bits &= bits - 1) {
      const uint32_t block =
          static_cast<uint32_t>(w * 64) + std::countr_zero(bits);
      if (range.Contains(block)) return BlockIndex(block);
    }
  }
  return std::nullopt;
}

uint32_t RarityPicker::lacking_count() const {
  return seeders_ == 0 ? static_cast<uint32_t>(buckets_[0].size()) : 0;
}

std::optional<BlockIndex> RarityPicker::PickLacking(Rng& rng) const {
  const uint32_t lacking = lacking_count();
  if (lacking == 0) return std::nullopt;
  return BlockIndex(buckets_[0][rng.Below(lacking)]);
}

bool RarityPicker::Consistent() const {
  uint32_t listed = 0;
  for (size_t count = 0; count < buckets_.size(); ++count) {
    for (size_t i = 0; i < buckets_[count].size(); ++i) {
      const uint32_t block = buckets_[count][i];
      if (count_[block] != count || position_[block] != i) return false;
      if (!wanted_.Has(BlockIndex(block))) return false;
      ++listed;
    }
  }
  return listed == wanted_.count();
}

}  // namespace peer5
