#ifndef PEER5_CORE_TRACKER_INTRODUCTION_H_
#define PEER5_CORE_TRACKER_INTRODUCTION_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/tracker/peer_record.h"
#include "core/wire/writer.h"

namespace peer5 {

// From one tracker instance to another: "I have introduced a client of mine to
// one of yours; tell yours." Sdp messages between the two follow as they are.
//
//   0x01 | length (4) | swarm id (32) | client of the receiver (8) |
//   it offers (1) | record of the sender's client
struct Introduction {
  static constexpr uint8_t kTag = 0x01;

  SwarmId swarm{};
  ClientId dest;
  bool dest_offers = false;
  PeerRecord peer;

  static std::optional<Introduction> Parse(Timestamp now,
                                           absl::Span<const uint8_t> value);
  void SerializeTo(Timestamp now, Writer& writer) const;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_INTRODUCTION_H_
