#include "core/wire/cancel.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Cancel> Cancel::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Cancel message;
  message.swarm = SwarmPrefix(reader.U32());
  if (!reader.ok()) return std::nullopt;
  // Only ids follow, so their bytes say how many there are.
  message.chunks.reserve(reader.remaining() / sizeof(uint32_t));
  while (reader.remaining() > 0 && reader.ok()) {
    message.chunks.emplace_back(reader.U32());
  }
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Cancel::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U32(swarm.value());
  for (const ChunkIndex chunk : chunks) writer.U32(chunk.value());
  writer.End();
}

}  // namespace peer5
