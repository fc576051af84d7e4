#ifndef PEER5_CORE_TRACKER_PEER_RECORD_H_
#define PEER5_CORE_TRACKER_PEER_RECORD_H_

#include <cstdint>
#include <optional>

#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/tracker/traits.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace peer5 {

// What one tracker instance tells the others of a client in one swarm: all that
// matching weighs, and the secret by which the client is known if it comes to
// another instance. Instances of one version run together: the format may
// change with the first byte.
//
//   format (1) | client (8) | secret (8) | ip (16) | asn (4) | country (2) |
//   vendor (1) | browser version (2) | flags (1) | up rate (4) | load (1) |
//   loss (2) | delay (4, ms) | connections (2) | age (4, s) | uploaded (8) |
//   downloaded (8) | sketch (34)
struct PeerRecord {
  static constexpr uint8_t kFormat = 2;

  ClientId client;
  uint64_t secret = 0;
  ClientTraits traits;
  SharingTraits share;

  // `now` is the reader's or writer's own time: what travels is an age.
  static std::optional<PeerRecord> Parse(Timestamp now, Reader& reader);
  void SerializeTo(Timestamp now, Writer& writer) const;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_PEER_RECORD_H_
