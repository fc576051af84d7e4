#include "core/wire/data.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Data> Data::Parse(absl::Span<const uint8_t> head,
                                uint32_t length) {
  Reader reader(head);
  const uint8_t tag = reader.U8();
  const uint32_t value_length = reader.U32();
  Data message;
  message.swarm = SwarmPrefix(reader.U32());
  message.chunk = ChunkIndex(reader.U32());
  if (!reader.ok() || tag != kTag || length < kDataHeaderSize ||
      value_length != length - kFrameHeaderSize) {
    return std::nullopt;
  }
  message.payload_length = length - kDataHeaderSize;
  return message;
}

std::array<uint8_t, kDataHeaderSize> Data::Header() const {
  std::array<uint8_t, kDataHeaderSize> header{kTag};
  const uint32_t fields[] = {payload_length + 8, swarm.value(), chunk.value()};
  size_t at = 1;
  for (const uint32_t field : fields) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      header[at++] = static_cast<uint8_t>(field >> shift);
    }
  }
  return header;
}

}  // namespace peer5
