#ifndef PEER5_CORE_CONTENT_LAYOUT_H_
#define PEER5_CORE_CONTENT_LAYOUT_H_

#include <cstdint>
#include <optional>

#include "core/content/ids.h"

namespace peer5 {

// At most this many blocks a resource: an availability map of 128 KiB, hashes
// of 32 MiB. At the default sizes no resource comes near it.
inline constexpr uint64_t kMaxBlocks = uint64_t{1} << 20;
// A block is held whole in memory until it is verified.
inline constexpr uint32_t kMaxBlockSize = uint32_t{1} << 26;
// One data-channel message carries a whole chunk; 256 KiB is the largest
// message that both Chromium and Firefox accept, less our 13 byte header.
inline constexpr uint32_t kMaxChunkSize = (uint32_t{1} << 18) - 13;

// How a resource of `size` bytes is cut into blocks and chunks. The last block
// may be short, and so may the last chunk of every block (1 MB is not a
// multiple of every chunk size). An empty resource has no blocks.
class Layout {
 public:
  // nullopt if a size is zero, a chunk is larger than a block, or a limit
  // above is passed (including 2^32 chunks, the range of the wire's chunkId).
  static std::optional<Layout> Create(uint64_t size, uint32_t block_size,
                                      uint32_t chunk_size);

  uint64_t size() const { return size_; }
  uint32_t block_size() const { return block_size_; }
  uint32_t chunk_size() const { return chunk_size_; }
  uint32_t num_blocks() const { return num_blocks_; }
  uint32_t chunks_per_block() const { return chunks_per_block_; }

  bool Contains(BlockIndex block) const { return block.value() < num_blocks_; }
  // False also for chunk ids that fall into the gap behind a short last block.
  bool Contains(ChunkIndex chunk) const;

  uint64_t BlockOffset(BlockIndex block) const {
    return uint64_t{block.value()} * block_size_;
  }
  uint32_t BlockLength(BlockIndex block) const;
  // Number of chunks of this block.
  uint32_t ChunksIn(BlockIndex block) const;
  BlockIndex BlockAt(uint64_t offset) const {
    return BlockIndex(static_cast<uint32_t>(offset / block_size_));
  }

  BlockIndex BlockOf(ChunkIndex chunk) const {
    return BlockIndex(chunk.value() / chunks_per_block_);
  }
  // Position of the chunk within its block.
  uint32_t ChunkInBlock(ChunkIndex chunk) const {
    return chunk.value() % chunks_per_block_;
  }
  ChunkIndex ChunkAt(BlockIndex block, uint32_t chunk_in_block) const {
    return ChunkIndex(block.value() * chunks_per_block_ + chunk_in_block);
  }
  // Byte offset of the chunk within its block.
  uint32_t ChunkOffset(uint32_t chunk_in_block) const {
    return chunk_in_block * chunk_size_;
  }
  uint32_t ChunkLength(BlockIndex block, uint32_t chunk_in_block) const;

  friend bool operator==(const Layout&, const Layout&) = default;

 private:
  Layout(uint64_t size, uint32_t block_size, uint32_t chunk_size);

  uint64_t size_;
  uint32_t block_size_;
  uint32_t chunk_size_;
  uint32_t num_blocks_;
  uint32_t chunks_per_block_;
};

// The block size for a resource of this many bytes when nobody has set one: a
// power of two that gives about 200 blocks (64 KiB at least; 4 MiB at most,
// as long as kMaxBlocks allows it).
uint32_t DefaultBlockSize(uint64_t size);

// Measured best or near it between two tabs; see the README's design notes.
inline constexpr uint32_t kDefaultChunkSize = 16 * 1024;

}  // namespace peer5

#endif  // PEER5_CORE_CONTENT_LAYOUT_H_
