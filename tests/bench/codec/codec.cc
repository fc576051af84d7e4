// The codec alone, behind the boundary that the client has: what
// figures/codec_ratio.js compares with JavaScript's DataView. A message comes
// in through one buffer; what goes out lies one after the other, each with its
// length before it.

#include <emscripten/bind.h>

#include <cstring>
#include <vector>

#include "core/wire/data.h"
#include "core/wire/frame.h"
#include "core/wire/have.h"
#include "core/wire/request.h"
#include "core/wire/writer.h"

namespace peer5 {
namespace {

uint8_t in_buffer[1 << 16];
std::vector<uint8_t> out;

uint32_t Address(const uint8_t* bytes) {
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(bytes));
}
uint32_t InAt() { return Address(in_buffer); }

// In: a message, or the first `head` bytes of one that is `length` bytes long.
// Returns the sum of its numbers, so that each has to be read.
uint32_t Decode(uint32_t head, uint32_t length) {
  const absl::Span<const uint8_t> bytes(in_buffer, head);
  if (head < length) {
    const auto data = Data::Parse(bytes, length);
    return data ? data->chunk.value() + data->payload_length : 0;
  }
  FrameReader reader(bytes);
  uint32_t sum = 0;
  while (const auto frame = reader.Next()) {
    if (frame->tag == Request::kTag) {
      const auto request = Request::Parse(frame->value);
      if (!request) return 0;
      for (const ChunkIndex chunk : request->chunks) sum += chunk.value();
    } else if (frame->tag == Have::kTag) {
      const auto have = Have::Parse(frame->value);
      if (!have) return 0;
      for (const BlockIndex block : have->blocks) sum += block.value();
    }
  }
  return sum;
}

template <typename Message>
void Put(const Message& message) {
  const std::vector<uint8_t> bytes = SerializeMessage(message);
  const uint32_t length = static_cast<uint32_t>(bytes.size());
  uint8_t prefix[sizeof(length)];
  std::memcpy(prefix, &length, sizeof(length));
  out.insert(out.end(), prefix, prefix + sizeof(prefix));
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void Clear() { out.clear(); }
void PutRequest(uint32_t swarm, uint32_t first, uint32_t chunks) {
  Request request{SwarmPrefix(swarm), {}};
  request.chunks.reserve(chunks);
  for (uint32_t i = 0; i < chunks; ++i) request.chunks.emplace_back(first + i);
  Put(request);
}
void PutHave(uint32_t swarm, uint32_t block) {
  Put(Have{SwarmPrefix(swarm), false, false, {}, {BlockIndex(block)}});
}

// What one block that is whole makes the engine say: a Request for `chunks`
// more, and the news to so many `peers`.
uint32_t EncodeTurn(uint32_t swarm, uint32_t first, uint32_t chunks,
                    uint32_t peers) {
  Clear();
  PutRequest(swarm, first, chunks);
  for (uint32_t i = 0; i < peers; ++i) PutHave(swarm, first);
  return Address(out.data());
}

uint32_t EncodeHave(uint32_t swarm, uint32_t block) {
  Clear();
  PutHave(swarm, block);
  return Address(out.data());
}

}  // namespace

EMSCRIPTEN_BINDINGS(codec) {
  emscripten::function("inAt", &InAt);
  emscripten::function("decode", &Decode);
  emscripten::function("encodeTurn", &EncodeTurn);
  emscripten::function("encodeHave", &EncodeHave);
  emscripten::function(
      "outSize", +[] { return static_cast<uint32_t>(out.size()); });
}

}  // namespace peer5
