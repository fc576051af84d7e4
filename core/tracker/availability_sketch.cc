#include "core/tracker/availability_sketch.h"

#include <algorithm>
#include <bit>

namespace peer5 {
namespace {

bool HasAll(const AvailabilityMap& map, uint32_t first, uint32_t end) {
  for (uint32_t i = first; i < end; ++i) {
    if (!map.Has(BlockIndex(i))) return false;
  }
  return true;
}

}  // namespace

AvailabilitySketch AvailabilitySketch::Of(const AvailabilityMap& map) {
  if (map.all()) return Everything();
  AvailabilitySketch sketch;
  const uint32_t used = std::min(map.size(), kBits);
  sketch.used_ = static_cast<uint16_t>(used);
  for (uint32_t i = 0; i < used; ++i) {
    const auto first = static_cast<uint32_t>(uint64_t{i} * map.size() / used);
    const auto end =
        static_cast<uint32_t>((uint64_t{i} + 1) * map.size() / used);
    if (HasAll(map, first, end)) sketch.bits_[i / 64] |= uint64_t{1} << i % 64;
  }
  return sketch;
}

AvailabilitySketch AvailabilitySketch::Everything() {
  AvailabilitySketch sketch;
  sketch.used_ = kBits;
  sketch.bits_.fill(~uint64_t{0});
  return sketch;
}

double AvailabilitySketch::Offers(const AvailabilitySketch& giver,
                                  const AvailabilitySketch& taker) {
  // Of two sketches of one resource, the one that isn't Everything() knows
  // how many bits count.
  uint32_t used = std::min(giver.used_, taker.used_);
  if (used == 0) used = std::max(giver.used_, taker.used_);
  if (used == 0) return 0;
  uint32_t offered = 0;
  for (uint32_t i = 0; i < (used + 63) / 64; ++i) {
    uint64_t bits = giver.bits_[i] & ~taker.bits_[i];
    if (used < (i + 1) * 64) bits &= (uint64_t{1} << used % 64) - 1;
    offered += static_cast<uint32_t>(std::popcount(bits));
  }
  return static_cast<double>(offered) / used;
}

void AvailabilitySketch::SerializeTo(Writer& writer) const {
  writer.U16(used_);
  for (const uint64_t bits : bits_) writer.U64(bits);
}

AvailabilitySketch AvailabilitySketch::Parse(Reader& reader) {
  AvailabilitySketch sketch;
  sketch.used_ = reader.U16();
  if (sketch.used_ > kBits) reader.Fail();
  for (uint64_t& bits : sketch.bits_) bits = reader.U64();
  return sketch;
}

}  // namespace peer5
