#include "core/wire/reader.h"

#include <algorithm>

#include "core/wire/utf8.h"

namespace peer5 {

uint64_t Reader::Integer(size_t bytes) {
  uint64_t value = 0;
  for (const uint8_t byte : Bytes(bytes)) value = value << 8 | byte;
  return value;
}

absl::Span<const uint8_t> Reader::Bytes(size_t length) {
  if (!ok_ || length > rest_.size()) {
    ok_ = false;
    return {};
  }
  const absl::Span<const uint8_t> bytes = rest_.subspan(0, length);
  rest_.remove_prefix(length);
  return bytes;
}

bool Reader::Bool() {
  const uint8_t value = U8();
  if (value > 1) ok_ = false;
  return value == 1;
}

Hash Reader::Digest() {
  Hash hash{};
  const absl::Span<const uint8_t> bytes = Bytes(hash.size());
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

std::string Reader::String(size_t max) {
  const size_t length = U16();
  const absl::Span<const uint8_t> bytes = Bytes(length);
  if (length > max || !IsUtf8(bytes)) ok_ = false;
  if (!ok_) return {};
  return std::string(bytes.begin(), bytes.end());
}

bool Reader::CanHold(uint64_t count, size_t item_size) {
  if (count > rest_.size() / item_size) ok_ = false;
  return ok_;
}

}  // namespace peer5
