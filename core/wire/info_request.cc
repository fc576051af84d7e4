#include "core/wire/info_request.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<InfoRequest> InfoRequest::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  InfoRequest message;
  message.swarm = SwarmPrefix(reader.U32());
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void InfoRequest::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U32(swarm.value());
  writer.End();
}

}  // namespace peer5
