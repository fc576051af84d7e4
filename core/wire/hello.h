#ifndef PEER5_CORE_WIRE_HELLO_H_
#define PEER5_CORE_WIRE_HELLO_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// The first message either side sends on a new connection. The client id must
// be the one the tracker introduced.
//
//   version (1) | features (4) | client (8)
struct Hello {
  static constexpr uint8_t kTag = 0x15;

  uint8_t version = 0;
  uint32_t features = 0;
  ClientId client;

  static std::optional<Hello> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Hello&, const Hello&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_HELLO_H_
