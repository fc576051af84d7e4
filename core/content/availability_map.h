#ifndef PEER5_CORE_CONTENT_AVAILABILITY_MAP_H_
#define PEER5_CORE_CONTENT_AVAILABILITY_MAP_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"

namespace peer5 {

// Which blocks of a resource somebody has: a fixed number of bits. Spare bits
// of the last word are always zero, so that words can be combined and counted
// blindly. The count is kept beside the bits and checked against them in
// debug builds.
class AvailabilityMap {
 public:
  explicit AvailabilityMap(uint32_t num_blocks = 0, bool value = false);

  // From the wire's form: bit i & 7, least significant first, of byte i >> 3.
  // nullopt if the length is not exactly that of num_blocks bits or a spare
  // bit is set.
  static std::optional<AvailabilityMap> FromBytes(
      uint32_t num_blocks, absl::Span<const uint8_t> bytes);
  std::vector<uint8_t> ToBytes() const;

  uint32_t size() const { return size_; }
  uint32_t count() const { return count_; }
  bool all() const { return count_ == size_; }
  bool none() const { return count_ == 0; }

  bool Has(BlockIndex block) const {
    return words_[block.value() / 64] >> (block.value() % 64) & 1;
  }
  // Each returns whether the bit changed.
  bool Set(BlockIndex block);
  bool Clear(BlockIndex block);

  // 64 blocks at once, block 64·i in the least significant bit.
  absl::Span<const uint64_t> words() const { return words_; }

  friend bool operator==(const AvailabilityMap&,
                         const AvailabilityMap&) = default;

 private:
  uint32_t size_;
  uint32_t count_;
  std::vector<uint64_t> words_;
};

}  // namespace peer5

#endif  // PEER5_CORE_CONTENT_AVAILABILITY_MAP_H_
