#ifndef PEER5_CORE_WIRE_MATCH_H_
#define PEER5_CORE_WIRE_MATCH_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// Clients of this swarm that the receiver should connect to, and how large the
// swarm is besides the receiver.
//
//   swarm id (32) | peers (4) | seeders (4) | ( client (8) | flags (1) ) × n
struct Match {
  static constexpr uint8_t kTag = 0x23;

  static constexpr uint8_t kYouOffer = 1;  // flags bit 0: the receiver offers
  // One introduction never fills a client's connection table.
  static constexpr size_t kMaxCandidates = 64;

  struct Candidate {
    ClientId peer;
    uint8_t flags = 0;
    friend bool operator==(const Candidate&, const Candidate&) = default;
  };
  SwarmId swarm{};
  uint32_t swarm_peers = 0;
  uint32_t swarm_seeders = 0;
  std::vector<Candidate> candidates;

  static std::optional<Match> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Match&, const Match&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_MATCH_H_
