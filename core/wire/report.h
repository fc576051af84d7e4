#ifndef PEER5_CORE_WIRE_REPORT_H_
#define PEER5_CORE_WIRE_REPORT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// A client's periodic state in one swarm: what it has brought by which way, how
// fast, how busy its machine is, from whom it came, and what it holds.
//
//   swarm id (32) | http (8) | peer (8) | stored (8) | uploaded (8) |
//   wasted (8) | down rate (4) | up rate (4) | load (1) | last block (4) |
//   blocks (4) | availability map (⌈blocks / 8⌉) |
//   connections (2) × ( client (8) | state (1) | rtt (2) | loss (2) |
//                       bytes from (4) | bytes to (4) )
struct Report {
  static constexpr uint8_t kTag = 0x21;

  static constexpr uint32_t kNoBlock = UINT32_MAX;
  // No client keeps more connections than a browser allows.
  static constexpr size_t kMaxConnections = 256;

  enum State : uint8_t { kConnecting = 0, kOpen = 1, kFailed = 2, kClosed = 3 };
  struct Connection {
    ClientId peer;
    uint8_t state = kOpen;
    uint16_t rtt_ms = 0;
    uint16_t loss_permille = 0;
    uint32_t bytes_from = 0;
    uint32_t bytes_to = 0;
    friend bool operator==(const Connection&, const Connection&) = default;
  };

  SwarmId swarm{};
  uint64_t http_bytes = 0;
  uint64_t peer_bytes = 0;
  uint64_t stored_bytes = 0;
  uint64_t uploaded = 0;
  uint64_t wasted = 0;
  uint32_t down_rate = 0;  // bytes/s
  uint32_t up_rate = 0;
  uint8_t load = 0;  // of the machine: 0 idle, 255 saturated
  uint32_t last_block = kNoBlock;
  uint32_t num_blocks = 0;
  std::vector<uint8_t> map;
  std::vector<Connection> connections;

  static std::optional<Report> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Report&, const Report&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_REPORT_H_
