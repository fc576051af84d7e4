#include "core/swarm/http_share.h"

#include <algorithm>

namespace peer5 {
namespace {

// 0, 1/2, 1/4, 3/4, 1/8, 5/8, ... of `whole` (van der Corput's sequence).
uint32_t Anchor(uint32_t index, uint32_t whole) {
  uint64_t part = 0;
  for (uint32_t half = 1; index > 0; index >>= 1, ++half) {
    if ((index & 1) != 0) part += uint64_t{whole} >> half;
  }
  return static_cast<uint32_t>(part);
}

}  // namespace

std::optional<BlockIndex> HttpShare::Next(const RarityPicker& picker,
                                          uint32_t place, uint32_t members) {
  const uint32_t all = picker.num_blocks();
  const uint32_t rounds = std::max(1u, all / std::max(1u, members));
  while (round_ < rounds) {
    const uint32_t anchor = Anchor(round_ / 2, all);
    const uint32_t step = place % all;
    const uint32_t block = round_ % 2 == 0 ? (anchor + step) % all
                                           : (anchor + all - 1 - step) % all;
    ++round_;
    if (picker.IsWanted(BlockIndex(block)) &&
        picker.AvailabilityOf(BlockIndex(block)) == 0) {
      return BlockIndex(block);
    }
  }
  return std::nullopt;
}

}  // namespace peer5
