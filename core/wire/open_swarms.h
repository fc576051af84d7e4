#ifndef PEER5_CORE_WIRE_OPEN_SWARMS_H_
#define PEER5_CORE_WIRE_OPEN_SWARMS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// "I take part in these swarms." From the moment both sides have opened the
// same full id, its first four bytes stand for it on this connection. Two ids
// with one prefix can't be open on one connection: the first stays.
//
//   ( swarm id (32) | flags (1) ) × n
struct OpenSwarms {
  static constexpr uint8_t kTag = 0x16;

  static constexpr uint8_t kWontUpload = 1;  // flags bit 0: takes, gives not
  // More could not be meant honestly; each costs the receiver memory.
  static constexpr size_t kMaxSwarms = 256;

  struct Swarm {
    SwarmId id{};
    uint8_t flags = 0;
    friend bool operator==(const Swarm&, const Swarm&) = default;
  };
  std::vector<Swarm> swarms;

  static std::optional<OpenSwarms> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const OpenSwarms&, const OpenSwarms&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_OPEN_SWARMS_H_
