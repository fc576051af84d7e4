#ifndef PEER5_CORE_WIRE_FRAME_H_
#define PEER5_CORE_WIRE_FRAME_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"

namespace peer5 {

// Tag (1 byte) and length of the value (4 bytes, big-endian).
inline constexpr uint32_t kFrameHeaderSize = 5;

// One message within a data-channel message or WebSocket frame.
struct Frame {
  uint8_t tag;
  absl::Span<const uint8_t> value;
};

// Walks the messages that stand back to back in one transport message.
// Unknown tags are the caller's to skip: they belong to later versions.
class FrameReader {
 public:
  explicit FrameReader(absl::Span<const uint8_t> bytes) : rest_(bytes) {}

  // nullopt at the end, or where a header or value is cut short.
  std::optional<Frame> Next();
  bool malformed() const { return malformed_; }

 private:
  absl::Span<const uint8_t> rest_;
  bool malformed_ = false;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_FRAME_H_
