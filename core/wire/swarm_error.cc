#include "core/wire/swarm_error.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<SwarmError> SwarmError::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  SwarmError message;
  message.ref = reader.U32();
  message.code = static_cast<SwarmErrorCode>(reader.U8());
  message.text = reader.String(kMaxText);
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void SwarmError::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U32(ref);
  writer.U8(static_cast<uint8_t>(code));
  writer.String(text, kMaxText);
  writer.End();
}

}  // namespace peer5
