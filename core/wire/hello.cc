#include "core/wire/hello.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Hello> Hello::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Hello message;
  message.version = reader.U8();
  message.features = reader.U32();
  message.client = ClientId(reader.U64());
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Hello::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U8(version);
  writer.U32(features);
  writer.U64(client.value());
  writer.End();
}

}  // namespace peer5
