#include "core/wire/leave.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Leave> Leave::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Leave message;
  message.swarm = reader.Digest();
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Leave::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.Bytes(swarm);
  writer.End();
}

}  // namespace peer5
