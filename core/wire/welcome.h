#ifndef PEER5_CORE_WIRE_WELCOME_H_
#define PEER5_CORE_WIRE_WELCOME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/wire/writer.h"

namespace peer5 {

// As RTCIceServer has it: a "stun:" or "turn:" URL, and how to log in there.
struct IceServer {
  std::string url;
  std::string username;
  std::string credential;
  friend bool operator==(const IceServer&, const IceServer&) = default;
};

// Answers ClientHello: how often to report, and which STUN and TURN servers to
// use.
//
//   version (1) | report interval (4, ms) |
//   servers (1) × ( url | username | credential (strings) )
struct Welcome {
  static constexpr uint8_t kTag = 0x28;

  static constexpr size_t kMaxServers = 16;
  static constexpr size_t kMaxText = 1024;

  uint8_t version = 0;
  uint32_t report_interval_ms = 0;
  std::vector<IceServer> ice_servers;

  static std::optional<Welcome> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Welcome&, const Welcome&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_WELCOME_H_
