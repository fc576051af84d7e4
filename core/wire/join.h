#ifndef PEER5_CORE_WIRE_JOIN_H_
#define PEER5_CORE_WIRE_JOIN_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// Asks to be introduced in a swarm, named by URL (the tracker answers with the
// FileInfo it vouches for) or by id. `ref` comes back in the answer.
//
//   ref (4) | flags (1) | kind (1) = 0 | url (string)
//   ref (4) | flags (1) | kind (1) = 1 | swarm id (32)
struct Join {
  static constexpr uint8_t kTag = 0x24;

  static constexpr uint8_t kHasInfo = 1;  // flags bit 0: FileInfo is known
  static constexpr uint8_t kSeeder = 2;   // bit 1: has every block
  static constexpr uint8_t kP2pOnly = 4;  // bit 2: no origin to fall back on
  // The longest URL in common use by servers.
  static constexpr size_t kMaxUrl = 4096;

  uint32_t ref = 0;
  uint8_t flags = 0;
  std::optional<SwarmId> id;  // or else:
  std::string url;

  static std::optional<Join> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Join&, const Join&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_JOIN_H_
