#ifndef PEER5_CORE_WIRE_DATA_H_
#define PEER5_CORE_WIRE_DATA_H_

#include <array>
#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/frame.h"

namespace peer5 {

// Frame header, swarm prefix and chunkId: what stands before a payload.
inline constexpr uint32_t kDataHeaderSize = kFrameHeaderSize + 4 + 4;

// A chunk of a verified block. Payloads stay outside the core, so only what
// stands before them is read and written here.
//
//   0x11 | length (4) | swarm (4) | chunkId (4) | payload (length − 8)
struct Data {
  static constexpr uint8_t kTag = 0x11;

  SwarmPrefix swarm;
  ChunkIndex chunk;
  uint32_t payload_length = 0;

  // `head` is the start of a frame that is `length` bytes long with its
  // header; nullopt unless it is exactly one Data message.
  static std::optional<Data> Parse(absl::Span<const uint8_t> head,
                                   uint32_t length);
  std::array<uint8_t, kDataHeaderSize> Header() const;

  friend bool operator==(const Data&, const Data&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_DATA_H_
