#ifndef PEER5_CORE_WIRE_READER_H_
#define PEER5_CORE_WIRE_READER_H_

#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "core/content/ids.h"

namespace peer5 {

// Reads big-endian integers from a bounded run of bytes. A read past the end
// gives zero and makes ok() false for good, so that a parser reads all its
// fields and looks once, at the end.
class Reader {
 public:
  explicit Reader(absl::Span<const uint8_t> bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  // All of it was read, and nothing more than all.
  bool AtEnd() const { return ok_ && rest_.empty(); }
  size_t remaining() const { return rest_.size(); }

  uint8_t U8() { return static_cast<uint8_t>(Integer(1)); }
  uint16_t U16() { return static_cast<uint16_t>(Integer(2)); }
  uint32_t U32() { return static_cast<uint32_t>(Integer(4)); }
  uint64_t U64() { return Integer(8); }
  // Zero or one; anything else is malformed.
  bool Bool();
  Hash Digest();
  // A u16 length, then so many bytes of valid UTF-8 (RFC 3629); at most `max`.
  std::string String(size_t max);
  absl::Span<const uint8_t> Bytes(size_t length);
  absl::Span<const uint8_t> Rest() { return Bytes(rest_.size()); }
  // True if `count` items of `item_size` bytes can still follow: to be asked
  // before memory is reserved for them.
  bool CanHold(uint64_t count, size_t item_size);
  void Fail() { ok_ = false; }

 private:
  uint64_t Integer(size_t bytes);

  absl::Span<const uint8_t> rest_;
  bool ok_ = true;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_READER_H_
