#include "core/wire/match.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Match> Match::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Match message;
  message.swarm = reader.Digest();
  message.swarm_peers = reader.U32();
  message.swarm_seeders = reader.U32();
  constexpr size_t kItem = sizeof(uint64_t) + 1;
  const size_t count = reader.remaining() / kItem;
  if (count > kMaxCandidates) return std::nullopt;
  message.candidates.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    const ClientId peer(reader.U64());
    message.candidates.push_back({peer, reader.U8()});
  }
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Match::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.Bytes(swarm);
  writer.U32(swarm_peers);
  writer.U32(swarm_seeders);
  for (const Candidate& candidate : candidates) {
    writer.U64(candidate.peer.value());
    writer.U8(candidate.flags);
  }
  writer.End();
}

}  // namespace peer5
