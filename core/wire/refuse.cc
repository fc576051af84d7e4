#include "core/wire/refuse.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Refuse> Refuse::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Refuse message;
  message.swarm = SwarmPrefix(reader.U32());
  const uint8_t reason = reader.U8();
  if (!reader.ok() || reason < 1 || reason > kLastRefuseReason) {
    return std::nullopt;
  }
  message.reason = static_cast<RefuseReason>(reason);
  // Only ids follow, so their bytes say how many there are.
  message.chunks.reserve(reader.remaining() / sizeof(uint32_t));
  while (reader.remaining() > 0 && reader.ok()) {
    message.chunks.emplace_back(reader.U32());
  }
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Refuse::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U32(swarm.value());
  writer.U8(static_cast<uint8_t>(reason));
  for (const ChunkIndex chunk : chunks) writer.U32(chunk.value());
  writer.End();
}

}  // namespace peer5
