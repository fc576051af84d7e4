#ifndef PEER5_CORE_WIRE_CLIENT_HELLO_H_
#define PEER5_CORE_WIRE_CLIENT_HELLO_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

enum class BrowserVendor : uint8_t {
  kUnknown = 0,
  kChromium = 1,
  kFirefox = 2,
  kSafari = 3,
  kOther = 4,  // Node and the like
};

// The first message on a tracker connection. The client picks its own id; the
// secret proves, when it comes back, that it is still the same client.
//
//   version (1) | client (8) | secret (8) | vendor (1) | browser version (2) |
//   network (1) | token (string)
struct ClientHello {
  static constexpr uint8_t kTag = 0x20;

  static constexpr uint8_t kCellular = 1;   // network bit 0
  static constexpr uint8_t kSaveData = 2;   // bit 1
  static constexpr uint8_t kNoUploads = 4;  // bit 2
  // An admission token is an HMAC with a little text.
  static constexpr size_t kMaxToken = 1024;

  uint8_t version = 0;
  ClientId client;
  uint64_t secret = 0;
  BrowserVendor vendor = BrowserVendor::kUnknown;
  uint16_t browser_version = 0;
  uint8_t network = 0;
  std::string token;

  static std::optional<ClientHello> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const ClientHello&, const ClientHello&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_CLIENT_HELLO_H_
