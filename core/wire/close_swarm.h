#ifndef PEER5_CORE_WIRE_CLOSE_SWARM_H_
#define PEER5_CORE_WIRE_CLOSE_SWARM_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// The sender has left this swarm; nothing of it will be answered any more.
//
//   swarm (4)
struct CloseSwarm {
  static constexpr uint8_t kTag = 0x17;

  SwarmPrefix swarm;

  static std::optional<CloseSwarm> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const CloseSwarm&, const CloseSwarm&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_CLOSE_SWARM_H_
