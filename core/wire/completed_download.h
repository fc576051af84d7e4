#ifndef PEER5_CORE_WIRE_COMPLETED_DOWNLOAD_H_
#define PEER5_CORE_WIRE_COMPLETED_DOWNLOAD_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

// The client has every block now.
//
//   swarm id (32)
struct CompletedDownload {
  static constexpr uint8_t kTag = 0x32;

  SwarmId swarm{};

  static std::optional<CompletedDownload> Parse(
      absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const CompletedDownload&,
                         const CompletedDownload&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_COMPLETED_DOWNLOAD_H_
