#include "core/wire/have.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Have> Have::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Have message;
  message.swarm = SwarmPrefix(reader.U32());
  message.seeder = reader.Bool();
  message.complete = reader.Bool();
  if (!reader.ok() || (message.seeder && message.complete)) return std::nullopt;
  if (message.complete) {
    const absl::Span<const uint8_t> map = reader.Rest();
    message.map.assign(map.begin(), map.end());
  } else if (!message.seeder) {
    message.blocks.reserve(reader.remaining() / sizeof(uint32_t));
    while (reader.remaining() > 0 && reader.ok()) {
      message.blocks.emplace_back(reader.U32());
    }
  }
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Have::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U32(swarm.value());
  writer.Bool(seeder);
  writer.Bool(complete && !seeder);
  if (seeder) {
    // Nothing follows: a seeder has every block.
  } else if (complete) {
    writer.Bytes(map);
  } else {
    for (const BlockIndex block : blocks) writer.U32(block.value());
  }
  writer.End();
}

}  // namespace peer5
