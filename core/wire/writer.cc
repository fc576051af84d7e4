#include "core/wire/writer.h"

#include <algorithm>

#include "core/wire/frame.h"

namespace peer5 {

namespace {

constexpr size_t kUsualSize = 64;

}  // namespace

void Writer::Integer(uint64_t value, int bytes) {
  bytes_.resize(bytes_.size() + static_cast<size_t>(bytes));
  for (auto at = bytes_.rbegin(); bytes > 0; ++at, --bytes, value >>= 8) {
    *at = static_cast<uint8_t>(value);
  }
}

void Writer::Begin(uint8_t tag) {
  // Most messages fit, and are not moved about as they grow.
  if (bytes_.empty()) bytes_.reserve(kUsualSize);
  U8(tag);
  length_at_ = bytes_.size();
  U32(0);
}

void Writer::End() {
  const uint32_t length = static_cast<uint32_t>(bytes_.size() - length_at_ -
                                                (kFrameHeaderSize - 1));
  for (int i = 0; i < 4; ++i) {
    bytes_[length_at_ + static_cast<size_t>(i)] =
        static_cast<uint8_t>(length >> (24 - 8 * i));
  }
}

void Writer::String(std::string_view text, size_t max) {
  size_t length = std::min<size_t>({text.size(), max, UINT16_MAX});
  while (length < text.size() && length > 0 && (text[length] & 0xC0) == 0x80) {
    --length;
  }
  U16(static_cast<uint16_t>(length));
  bytes_.insert(bytes_.end(), text.begin(),
                text.begin() + static_cast<ptrdiff_t>(length));
}

void Writer::Bytes(absl::Span<const uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

}  // namespace peer5
