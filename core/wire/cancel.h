#ifndef PEER5_CORE_WIRE_CANCEL_H_
#define PEER5_CORE_WIRE_CANCEL_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// "I no longer want these chunks"; with none named, any of this swarm. What is
// under way may still come.
//
//   swarm (4) | chunkId (4) × n; n = 0 means all
struct Cancel {
  static constexpr uint8_t kTag = 0x13;

  SwarmPrefix swarm;
  std::vector<ChunkIndex> chunks;

  static std::optional<Cancel> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Cancel&, const Cancel&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_CANCEL_H_
