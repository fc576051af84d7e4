#include "core/wire/want_peers.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<WantPeers> WantPeers::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  WantPeers message;
  message.swarm = reader.Digest();
  message.count = reader.U8();
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void WantPeers::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.Bytes(swarm);
  writer.U8(count);
  writer.End();
}

}  // namespace peer5
