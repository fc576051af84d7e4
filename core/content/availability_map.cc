#include "core/content/availability_map.h"

#include <bit>

namespace peer5 {
namespace {

constexpr uint32_t kBitsPerWord = 64;

}  // namespace

AvailabilityMap::AvailabilityMap(uint32_t num_blocks, bool value)
    : size_(num_blocks),
      count_(value ? num_blocks : 0),
      words_((num_blocks + kBitsPerWord - 1) / kBitsPerWord,
             value ? ~uint64_t{0} : 0) {
  const uint32_t spare = num_blocks % kBitsPerWord;
  if (value && spare != 0) words_.back() = (uint64_t{1} << spare) - 1;
}

std::optional<AvailabilityMap> AvailabilityMap::FromBytes(
    uint32_t num_blocks, absl::Span<const uint8_t> bytes) {
  if (bytes.size() != (size_t{num_blocks} + 7) / 8) return std::nullopt;
  if (num_blocks % 8 != 0 && bytes.back() >> (num_blocks % 8) != 0) {
    return std::nullopt;
  }
  AvailabilityMap map(num_blocks);
  for (size_t i = 0; i < bytes.size(); ++i) {
    map.words_[i / 8] |= uint64_t{bytes[i]} << (i % 8 * 8);
    map.count_ += static_cast<uint32_t>(std::popcount(bytes[i]));
  }
  return map;
}

std::vector<uint8_t> AvailabilityMap::ToBytes() const {
  std::vector<uint8_t> bytes((size_t{size_} + 7) / 8);
  for (size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<uint8_t>(words_[i / 8] >> (i % 8 * 8));
  }
  return bytes;
}

bool AvailabilityMap::Set(BlockIndex block) {
  if (Has(block)) return false;
  words_[block.value() / kBitsPerWord] |= uint64_t{1}
                                          << (block.value() % kBitsPerWord);
  ++count_;
  return true;
}

bool AvailabilityMap::Clear(BlockIndex block) {
  if (!Has(block)) return false;
  words_[block.value() / kBitsPerWord] &=
      ~(uint64_t{1} << (block.value() % kBitsPerWord));
  --count_;
  return true;
}

}  // namespace peer5
