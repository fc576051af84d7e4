#ifndef PEER5_CORE_WIRE_LEAVE_H_
#define PEER5_CORE_WIRE_LEAVE_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// The client takes part in this swarm no more.
//
//   swarm id (32)
struct Leave {
  static constexpr uint8_t kTag = 0x25;

  SwarmId swarm{};

  static std::optional<Leave> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Leave&, const Leave&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_LEAVE_H_
