#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "core/content/availability_map.h"
#include "core/content/file_info.h"
#include "core/content/layout.h"
#include "core/content/sha256.h"

namespace peer5 {
namespace {

std::string Hex(const Hash& hash) {
  std::string hex;
  for (const uint8_t byte : hash) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

std::string HashOf(std::string_view text) {
  return Hex(
      Sha256::Of({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
}

TEST(LayoutTest, TheLastBlockAndChunkMayBeShort) {
  const Layout layout = *Layout::Create(100, 64, 16);
  EXPECT_EQ(layout.num_blocks(), 2u);
  EXPECT_EQ(layout.BlockLength(BlockIndex(0)), 64u);
  EXPECT_EQ(layout.BlockLength(BlockIndex(1)), 36u);
  EXPECT_EQ(layout.ChunksIn(BlockIndex(1)), 3u);
  EXPECT_EQ(layout.ChunkLength(BlockIndex(1), 2), 4u);
  EXPECT_EQ(layout.ChunkAt(BlockIndex(1), 2), ChunkIndex(6));
  EXPECT_EQ(layout.BlockOf(ChunkIndex(6)), BlockIndex(1));
}

TEST(LayoutTest, TheSlidesSizesWork) {
  const Layout decimal = *Layout::Create(2'500'000, 1'000'000, 800);
  EXPECT_EQ(decimal.chunks_per_block(), 1250u);
  EXPECT_EQ(decimal.ChunkLength(BlockIndex(0), 1249), 800u);
  // A binary megabyte is no multiple of 800: each block ends in a short chunk.
  const Layout binary = *Layout::Create(5'000'000, 1 << 20, 800);
  EXPECT_EQ(binary.chunks_per_block(), 1311u);
  EXPECT_EQ(binary.ChunkLength(BlockIndex(0), 1310), (1u << 20) - 1310 * 800);
  EXPECT_EQ(binary.ChunkAt(BlockIndex(1), 0), ChunkIndex(1311));
}

TEST(LayoutTest, ChunkIdsBehindAShortLastBlockDoNotExist) {
  const Layout layout = *Layout::Create(100, 64, 16);
  EXPECT_TRUE(layout.Contains(ChunkIndex(6)));
  EXPECT_FALSE(layout.Contains(ChunkIndex(7)));
  EXPECT_FALSE(layout.Contains(ChunkIndex(UINT32_MAX)));
}

TEST(LayoutTest, MoreThanFourGibibytes) {
  const uint64_t size = 5'000'000'000;
  const Layout layout = *Layout::Create(size, 4 << 20, 16 * 1024);
  const BlockIndex last(layout.num_blocks() - 1);
  EXPECT_EQ(layout.BlockOffset(last) + layout.BlockLength(last), size);
  EXPECT_GT(layout.BlockOffset(last), uint64_t{UINT32_MAX});
  EXPECT_EQ(layout.BlockAt(size - 1), last);
}

TEST(LayoutTest, LimitsAndNonsenseAreRefused) {
  EXPECT_FALSE(Layout::Create(100, 0, 16));
  EXPECT_FALSE(Layout::Create(100, 64, 0));
  EXPECT_FALSE(Layout::Create(100, 16, 64));
  EXPECT_FALSE(Layout::Create(kMaxBlocks * 64 + 1, 64, 16));
  EXPECT_TRUE(Layout::Create(kMaxBlocks * 64, 64, 16));
  EXPECT_FALSE(Layout::Create(100, kMaxBlockSize + 1, 16));
  EXPECT_FALSE(Layout::Create(100, kMaxBlockSize, kMaxChunkSize + 1));
  // 2^20 blocks of 2^13 chunks: more than 2^32 chunk ids.
  EXPECT_FALSE(Layout::Create(kMaxBlocks << 13, 1 << 13, 1));
}

TEST(LayoutTest, AnEmptyResourceHasNoBlocks) {
  EXPECT_EQ(Layout::Create(0, 64, 16)->num_blocks(), 0u);
}

TEST(LayoutTest, DefaultBlocksAreSomeHundreds) {
  EXPECT_EQ(DefaultBlockSize(1000), 64u * 1024);
  for (const uint64_t size : {20'000'000ull, 64'000'000ull, 500'000'000ull}) {
    const uint64_t blocks = size / DefaultBlockSize(size);
    EXPECT_GE(blocks, 100u) << size;
    EXPECT_LE(blocks, 800u) << size;
  }
  // Far beyond what is common, blocks grow so that the resource still fits.
  EXPECT_TRUE(
      Layout::Create(1ull << 45, DefaultBlockSize(1ull << 45), 16 * 1024));
}

TEST(AvailabilityMapTest, BitsAreLeastSignificantFirst) {
  AvailabilityMap map(10);
  EXPECT_TRUE(map.Set(BlockIndex(0)));
  EXPECT_TRUE(map.Set(BlockIndex(3)));
  EXPECT_TRUE(map.Set(BlockIndex(9)));
  EXPECT_FALSE(map.Set(BlockIndex(9)));
  EXPECT_EQ(map.count(), 3u);
  EXPECT_EQ(map.ToBytes(), (std::vector<uint8_t>{0x09, 0x02}));
  EXPECT_EQ(AvailabilityMap::FromBytes(10, map.ToBytes()), map);
}

TEST(AvailabilityMapTest, WrongLengthsAndSpareBitsAreRefused) {
  EXPECT_FALSE(AvailabilityMap::FromBytes(10, {0x00}));
  EXPECT_FALSE(AvailabilityMap::FromBytes(10, {0x00, 0x00, 0x00}));
  EXPECT_FALSE(AvailabilityMap::FromBytes(10, {0x00, 0x04}));
  EXPECT_TRUE(AvailabilityMap::FromBytes(10, {0xFF, 0x03})->all());
  EXPECT_TRUE(AvailabilityMap::FromBytes(0, {}));
}

TEST(AvailabilityMapTest, AFullMapHasNoSpareBits) {
  for (const uint32_t size : {1u, 63u, 64u, 65u, 128u, 1000u}) {
    const AvailabilityMap map(size, true);
    EXPECT_TRUE(map.all());
    EXPECT_EQ(AvailabilityMap::FromBytes(size, map.ToBytes()), map);
  }
}

TEST(AvailabilityMapTest, ClearTakesABitBack) {
  AvailabilityMap map(3, true);
  EXPECT_TRUE(map.Clear(BlockIndex(1)));
  EXPECT_FALSE(map.Clear(BlockIndex(1)));
  EXPECT_EQ(map.count(), 2u);
  EXPECT_FALSE(map.Has(BlockIndex(1)));
}

// The vectors of FIPS 180-4's examples, and lengths around the block's edge.
TEST(Sha256Test, KnownVectors) {
  EXPECT_EQ(HashOf(""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HashOf("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HashOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(HashOf(std::string(1000, 'a')),
            "41edece42d63e8d9bf515a9ba6932e1c20cbc9f5a5d134645adb5db1b9737ea3");
}

TEST(Sha256Test, PiecesMakeTheSameHashAsTheWhole) {
  const std::string text(300, 'x');
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    Sha256 sha;
    const auto* data = reinterpret_cast<const uint8_t*>(text.data());
    sha.Update({data, cut});
    sha.Update({data + cut, text.size() - cut});
    EXPECT_EQ(Hex(sha.Finish()), HashOf(text)) << cut;
  }
}

TEST(FileInfoTest, TheRootCommitsToSizesAndHashes) {
  FileInfo info{*Layout::Create(100, 64, 16), {}, {}, {}, {}, {}};
  info.block_hashes.resize(2);
  info.block_hashes[1].fill(0x22);
  EXPECT_EQ(Hex(info.ComputeRoot()),
            "89bd13c6b191a9be2554706771778bc555400f2cc81e7a164c082afd83b5b4d2");
  FileInfo other = info;
  other.layout = *Layout::Create(101, 64, 16);
  EXPECT_NE(other.ComputeRoot(), info.ComputeRoot());
  other = info;
  other.name = "a name is not part of it";
  EXPECT_EQ(other.ComputeRoot(), info.ComputeRoot());
}

TEST(FileInfoTest, WhatMayBeTheSameVersion) {
  struct Case {
    Validator a, b;
    bool same;
  };
  const Case cases[] = {
      {{"\"1\"", ""}, {"\"1\"", ""}, true},
      {{"\"1\"", ""}, {"\"2\"", ""}, false},
      // A strong ETag decides whatever the date says.
      {{"\"1\"", "Mon"}, {"\"1\"", "Tue"}, true},
      {{"\"1\"", "Mon"}, {"\"2\"", "Mon"}, false},
      // Weak ETags don't name bytes; the date does, as far as it goes.
      {{"W/\"1\"", "Mon"}, {"W/\"2\"", "Mon"}, true},
      {{"W/\"1\"", "Mon"}, {"W/\"1\"", "Tue"}, false},
      // A page may see one of them only.
      {{"", "Mon"}, {"\"1\"", "Mon"}, true},
      {{"", "Mon"}, {"\"1\"", "Tue"}, false},
      {{"", ""}, {"\"1\"", "Mon"}, true},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(MayBeSameVersion(c.a, c.b), c.same) << c.a.etag << c.b.etag;
    EXPECT_EQ(MayBeSameVersion(c.b, c.a), c.same) << c.a.etag << c.b.etag;
  }
}

}  // namespace
}  // namespace peer5
