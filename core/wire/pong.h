#ifndef PEER5_CORE_WIRE_PONG_H_
#define PEER5_CORE_WIRE_PONG_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/wire/writer.h"

namespace peer5 {

// Answers a Ping.
//
//   nonce (4)
struct Pong {
  static constexpr uint8_t kTag = 0x1A;

  uint32_t nonce = 0;

  static std::optional<Pong> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Pong&, const Pong&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_PONG_H_
