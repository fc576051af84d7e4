#include "core/tracker/introduction.h"

#include <utility>

#include "core/wire/reader.h"

namespace peer5 {

void Introduction::SerializeTo(Timestamp now, Writer& writer) const {
  writer.Begin(kTag);
  writer.Bytes(swarm);
  writer.U64(dest.value());
  writer.Bool(dest_offers);
  peer.SerializeTo(now, writer);
  writer.End();
}

std::optional<Introduction> Introduction::Parse(
    Timestamp now, absl::Span<const uint8_t> value) {
  Reader reader(value);
  Introduction introduction;
  introduction.swarm = reader.Digest();
  introduction.dest = ClientId(reader.U64());
  introduction.dest_offers = reader.Bool();
  std::optional<PeerRecord> peer = PeerRecord::Parse(now, reader);
  if (!peer || !reader.AtEnd()) return std::nullopt;
  introduction.peer = *std::move(peer);
  return introduction;
}

}  // namespace peer5
