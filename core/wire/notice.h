#ifndef PEER5_CORE_WIRE_NOTICE_H_
#define PEER5_CORE_WIRE_NOTICE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "core/wire/writer.h"

namespace peer5 {

enum class NoticeCode : uint8_t {
  kBadMessage = 1,
  kRateLimited = 2,
  kShuttingDown = 3,
  kTokenRefused = 4,
  kReplaced = 5,  // the same client has connected anew
  kVersion = 6,   // the tracker speaks another protocol version
};
inline constexpr uint8_t kLastNoticeCode = 6;

// The tracker says why it will not do something, or that it is going away.
//
//   code (1) | retry after (4, ms) | text (string)
struct Notice {
  static constexpr uint8_t kTag = 0x27;

  static constexpr size_t kMaxText = 512;

  NoticeCode code = NoticeCode::kBadMessage;
  uint32_t retry_after_ms = 0;
  std::string text;

  static std::optional<Notice> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Notice&, const Notice&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_NOTICE_H_
