#ifndef PEER5_CORE_WIRE_HAVE_H_
#define PEER5_CORE_WIRE_HAVE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// Which blocks the sender has verified: everything, a whole availability map,
// or news of single blocks.
//
//   swarm (4) | seeder (1) = 1 | complete (1) = 0
//   swarm (4) | seeder (1) = 0 | complete (1) = 1 | availability map (rest)
//   swarm (4) | seeder (1) = 0 | complete (1) = 0 | blockId (4) × n
//
// The map's length is for the swarm to check, which knows the block count.
struct Have {
  static constexpr uint8_t kTag = 0x14;

  SwarmPrefix swarm;
  bool seeder = false;
  bool complete = false;
  std::vector<uint8_t> map;        // if complete
  std::vector<BlockIndex> blocks;  // if neither

  static std::optional<Have> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Have&, const Have&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_HAVE_H_
