#include "core/wire/pong.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Pong> Pong::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Pong message;
  message.nonce = reader.U32();
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Pong::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U32(nonce);
  writer.End();
}

}  // namespace peer5
