#include "core/wire/frame.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Frame> FrameReader::Next() {
  if (rest_.empty() || malformed_) return std::nullopt;
  Reader reader(rest_);
  const uint8_t tag = reader.U8();
  const uint32_t length = reader.U32();
  const absl::Span<const uint8_t> value = reader.Bytes(length);
  if (!reader.ok()) {
    malformed_ = true;
    return std::nullopt;
  }
  rest_.remove_prefix(kFrameHeaderSize + length);
  return Frame{tag, value};
}

}  // namespace peer5
