#include "core/wire/join.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Join> Join::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Join message;
  message.ref = reader.U32();
  message.flags = reader.U8();
  if (reader.Bool()) {
    message.id = reader.Digest();
  } else {
    message.url = reader.String(kMaxUrl);
  }
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Join::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U32(ref);
  writer.U8(flags);
  writer.Bool(id.has_value());
  if (id) {
    writer.Bytes(*id);
  } else {
    writer.String(url, kMaxUrl);
  }
  writer.End();
}

}  // namespace peer5
