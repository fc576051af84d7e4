#include "core/wire/sdp.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Sdp> Sdp::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Sdp message;
  message.origin = ClientId(reader.U64());
  message.dest = ClientId(reader.U64());
  const uint8_t kind = reader.U8();
  if (kind > kLastSdpKind) return std::nullopt;
  message.kind = static_cast<SdpKind>(kind);
  message.text = reader.String(kMaxText);
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Sdp::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U64(origin.value());
  writer.U64(dest.value());
  writer.U8(static_cast<uint8_t>(kind));
  writer.String(text, kMaxText);
  writer.End();
}

}  // namespace peer5
