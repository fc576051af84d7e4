#include "core/wire/ping.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Ping> Ping::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Ping message;
  message.nonce = reader.U32();
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Ping::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U32(nonce);
  writer.End();
}

}  // namespace peer5
