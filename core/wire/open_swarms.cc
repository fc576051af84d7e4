#include "core/wire/open_swarms.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<OpenSwarms> OpenSwarms::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  OpenSwarms message;
  constexpr size_t kItem = sizeof(SwarmId) + 1;
  const size_t count = reader.remaining() / kItem;
  if (count > kMaxSwarms) return std::nullopt;
  message.swarms.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const SwarmId id = reader.Digest();
    message.swarms.push_back({id, reader.U8()});
  }
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void OpenSwarms::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  for (const Swarm& swarm : swarms) {
    writer.Bytes(swarm.id);
    writer.U8(swarm.flags);
  }
  writer.End();
}

}  // namespace peer5
