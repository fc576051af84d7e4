#ifndef PEER5_CORE_WIRE_SWARM_HEALTH_H_
#define PEER5_CORE_WIRE_SWARM_HEALTH_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// How a swarm stands.
//
//   swarm id (32) | seeders (4) | peers (4) | completed downloads (4)
struct SwarmHealth {
  static constexpr uint8_t kTag = 0x29;

  SwarmId swarm{};
  uint32_t seeders = 0;
  uint32_t peers = 0;
  uint32_t completed = 0;

  static std::optional<SwarmHealth> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const SwarmHealth&, const SwarmHealth&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_SWARM_HEALTH_H_
