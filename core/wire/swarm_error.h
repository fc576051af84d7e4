#ifndef PEER5_CORE_WIRE_SWARM_ERROR_H_
#define PEER5_CORE_WIRE_SWARM_ERROR_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "core/wire/writer.h"

namespace peer5 {

// A code that is not listed here is a later version's, and means "no swarm".
enum class SwarmErrorCode : uint8_t {
  kNotFound = 0,
  kNotConfigured = 1,  // the tracker does not hash this origin
  kNotShareable = 2,   // no-store, private, or varying by cookie
  kTooLarge = 3,
  kOriginError = 4,  // the origin did not give it to the tracker
  kBusy = 5,         // over a limit of the tracker's; later, perhaps
  kFirefoxOnly = 11,
  kChromeOnly = 12,
};

// Answers the Join with this ref: there is no swarm for it, and why.
//
//   ref (4) | code (1) | text (string)
struct SwarmError {
  static constexpr uint8_t kTag = 0x30;

  static constexpr size_t kMaxText = 512;

  uint32_t ref = 0;
  SwarmErrorCode code = SwarmErrorCode::kNotFound;
  std::string text;

  static std::optional<SwarmError> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const SwarmError&, const SwarmError&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_SWARM_ERROR_H_
