#ifndef PEER5_CORE_WIRE_REQUEST_H_
#define PEER5_CORE_WIRE_REQUEST_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// "Send me these chunks." A peer answers each with Data or Refuse.
//
//   swarm (4) | chunkId (4) × n, n ≥ 0
struct Request {
  static constexpr uint8_t kTag = 0x12;

  SwarmPrefix swarm;
  std::vector<ChunkIndex> chunks;

  static std::optional<Request> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Request&, const Request&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_REQUEST_H_
