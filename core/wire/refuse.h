#ifndef PEER5_CORE_WIRE_REFUSE_H_
#define PEER5_CORE_WIRE_REFUSE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

enum class RefuseReason : uint8_t {
  kNotHave = 1,       // the sender does not have the block (any more)
  kBusy = 2,          // too much to do: ask again later, or elsewhere
  kUploadsOff = 3,    // the page or its user does not want to upload
  kLimit = 4,         // more is queued than the sender keeps for one peer
  kUnknownSwarm = 5,  // not open on this connection
};
inline constexpr uint8_t kLastRefuseReason = 5;

// "I will not send you these chunks", instead of silence; with none named, all
// that were asked for.
//
//   swarm (4) | reason (1) | chunkId (4) × n; n = 0 means all
struct Refuse {
  static constexpr uint8_t kTag = 0x18;

  SwarmPrefix swarm;
  RefuseReason reason = RefuseReason::kNotHave;
  std::vector<ChunkIndex> chunks;

  static std::optional<Refuse> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Refuse&, const Refuse&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_REFUSE_H_
