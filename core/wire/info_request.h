#ifndef PEER5_CORE_WIRE_INFO_REQUEST_H_
#define PEER5_CORE_WIRE_INFO_REQUEST_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// Asks a peer for the FileInfo of a swarm it has opened; answered with FileInfo
// (whose root the receiver checks) and the availability map again.
//
//   swarm (4)
struct InfoRequest {
  static constexpr uint8_t kTag = 0x1B;

  SwarmPrefix swarm;

  static std::optional<InfoRequest> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const InfoRequest&, const InfoRequest&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_INFO_REQUEST_H_
