#ifndef PEER5_CORE_WIRE_PING_H_
#define PEER5_CORE_WIRE_PING_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/wire/writer.h"

namespace peer5 {

// Asks for a Pong with the same nonce, at once: measures the round trip.
//
//   nonce (4)
struct Ping {
  static constexpr uint8_t kTag = 0x19;

  uint32_t nonce = 0;

  static std::optional<Ping> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Ping&, const Ping&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_PING_H_
