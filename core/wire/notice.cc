#include "core/wire/notice.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Notice> Notice::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Notice message;
  const uint8_t code = reader.U8();
  if (code < 1 || code > kLastNoticeCode) return std::nullopt;
  message.code = static_cast<NoticeCode>(code);
  message.retry_after_ms = reader.U32();
  message.text = reader.String(kMaxText);
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Notice::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U8(static_cast<uint8_t>(code));
  writer.U32(retry_after_ms);
  writer.String(text, kMaxText);
  writer.End();
}

}  // namespace peer5
