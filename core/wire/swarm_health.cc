#include "core/wire/swarm_health.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<SwarmHealth> SwarmHealth::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  SwarmHealth message;
  message.swarm = reader.Digest();
  message.seeders = reader.U32();
  message.peers = reader.U32();
  message.completed = reader.U32();
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void SwarmHealth::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.Bytes(swarm);
  writer.U32(seeders);
  writer.U32(peers);
  writer.U32(completed);
  writer.End();
}

}  // namespace peer5
