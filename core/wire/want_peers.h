#ifndef PEER5_CORE_WIRE_WANT_PEERS_H_
#define PEER5_CORE_WIRE_WANT_PEERS_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// Asks for so many more introductions.
//
//   swarm id (32) | count (1)
struct WantPeers {
  static constexpr uint8_t kTag = 0x26;

  SwarmId swarm{};
  uint8_t count = 0;

  static std::optional<WantPeers> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const WantPeers&, const WantPeers&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_WANT_PEERS_H_
