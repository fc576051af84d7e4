#include "core/wire/close_swarm.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<CloseSwarm> CloseSwarm::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  CloseSwarm message;
  message.swarm = SwarmPrefix(reader.U32());
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void CloseSwarm::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U32(swarm.value());
  writer.End();
}

}  // namespace peer5
