#include "core/content/layout.h"

#include <algorithm>

namespace peer5 {
namespace {

constexpr uint64_t CeilDiv(uint64_t a, uint64_t b) {
  return a / b + (a % b != 0);
}

}  // namespace

std::optional<Layout> Layout::Create(uint64_t size, uint32_t block_size,
                                     uint32_t chunk_size) {
  if (chunk_size == 0 || chunk_size > block_size) return std::nullopt;
  if (chunk_size > kMaxChunkSize || block_size > kMaxBlockSize) {
    return std::nullopt;
  }
  const uint64_t blocks = CeilDiv(size, block_size);
  if (blocks > kMaxBlocks) return std::nullopt;
  if (blocks * CeilDiv(block_size, chunk_size) > uint64_t{1} << 32) {
    return std::nullopt;
  }
  return Layout(size, block_size, chunk_size);
}

Layout::Layout(uint64_t size, uint32_t block_size, uint32_t chunk_size)
    : size_(size),
      block_size_(block_size),
      chunk_size_(chunk_size),
      num_blocks_(static_cast<uint32_t>(CeilDiv(size, block_size))),
      chunks_per_block_(
          static_cast<uint32_t>(CeilDiv(block_size, chunk_size))) {}

bool Layout::Contains(ChunkIndex chunk) const {
  const BlockIndex block = BlockOf(chunk);
  return Contains(block) && ChunkInBlock(chunk) < ChunksIn(block);
}

uint32_t Layout::BlockLength(BlockIndex block) const {
  return static_cast<uint32_t>(
      std::min<uint64_t>(block_size_, size_ - BlockOffset(block)));
}

uint32_t Layout::ChunksIn(BlockIndex block) const {
  return static_cast<uint32_t>(CeilDiv(BlockLength(block), chunk_size_));
}

uint32_t Layout::ChunkLength(BlockIndex block, uint32_t chunk_in_block) const {
  return std::min(chunk_size_,
                  BlockLength(block) - ChunkOffset(chunk_in_block));
}

uint32_t DefaultBlockSize(uint64_t size) {
  // A block is passed on when it is whole: on a path of 50 kB/s, half a MiB is
  // ten seconds for each hop. Four times as many cost 25 KB of hashes.
  constexpr uint64_t kTargetBlocks = 800;
  constexpr uint64_t kSmallest = 64 * 1024;
  constexpr uint64_t kLargest = 4 * 1024 * 1024;
  uint64_t block = kSmallest;
  while (block < kLargest && block * kTargetBlocks < size) block *= 2;
  while (CeilDiv(size, block) > kMaxBlocks && block < kMaxBlockSize) block *= 2;
  return static_cast<uint32_t>(block);
}

}  // namespace peer5
