#ifndef PEER5_CORE_CONTENT_IDS_H_
#define PEER5_CORE_CONTENT_IDS_H_

#include <array>
#include <cstdint>

#include "core/content/strong_int.h"

namespace peer5 {

// Position of a block in its resource, from 0.
using BlockIndex = StrongInt<struct BlockIndexTag, uint32_t>;

// Position of a chunk in its resource, from 0; the wire's chunkId.
using ChunkIndex = StrongInt<struct ChunkIndexTag, uint32_t>;

// A client as the tracker and other clients know it: chosen at random by the
// client itself, so that it outlives any tracker.
using ClientId = StrongInt<struct ClientIdTag, uint64_t>;

// SHA-256 (FIPS 180-4).
using Hash = std::array<uint8_t, 32>;

// A swarm is named by its resource's root hash (see FileInfo::ComputeRoot).
using SwarmId = Hash;

// The first four bytes of a SwarmId, big-endian, which stand for it on a
// connection once both sides have opened the full id there.
using SwarmPrefix = StrongInt<struct SwarmPrefixTag, uint32_t>;

constexpr SwarmPrefix PrefixOf(const SwarmId& id) {
  return SwarmPrefix(uint32_t{id[0]} << 24 | uint32_t{id[1]} << 16 |
                     uint32_t{id[2]} << 8 | uint32_t{id[3]});
}

}  // namespace peer5

#endif  // PEER5_CORE_CONTENT_IDS_H_
