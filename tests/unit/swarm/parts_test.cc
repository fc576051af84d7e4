// The engine's parts by themselves: picking, assembling, windows, rates.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "core/swarm/block_assembly.h"
#include "core/swarm/block_table.h"
#include "core/swarm/http_share.h"
#include "core/swarm/pending_chunks.h"
#include "core/swarm/rarity_picker.h"
#include "core/swarm/rate_meter.h"
#include "core/swarm/request_window.h"
#include "core/swarm/token_bucket.h"
#include "core/swarm/uplink_yield.h"
#include "core/swarm/upload_width.h"

namespace peer5 {
namespace {

// "*" has the block.
AvailabilityMap Map(std::string_view picture) {
  AvailabilityMap map(static_cast<uint32_t>(picture.size()));
  for (uint32_t i = 0; i < picture.size(); ++i) {
    if (picture[i] == '*') map.Set(BlockIndex(i));
  }
  return map;
}

// How many peers have each block, at a glance: "2031".
RarityPicker Picker(std::string_view counts) {
  RarityPicker picker(static_cast<uint32_t>(counts.size()));
  for (uint32_t i = 0; i < counts.size(); ++i) {
    for (char c = '0'; c < counts[i]; ++c) picker.Add(BlockIndex(i));
  }
  return picker;
}

TEST(RarityPickerTest, PicksTheRarestThatThePeerHas) {
  Rng rng(1);
  const RarityPicker picker = Picker("3123");
  EXPECT_EQ(picker.PickRarest(Map("****"), {}, rng), BlockIndex(1));
  EXPECT_EQ(picker.PickRarest(Map("* **"), {}, rng), BlockIndex(2));
  EXPECT_EQ(picker.PickRarest(Map("    "), {}, rng), std::nullopt);
}

TEST(RarityPickerTest, KeepsOutOfTheAvoidedRange) {
  Rng rng(1);
  const RarityPicker picker = Picker("1222");
  EXPECT_NE(picker.PickRarest(Map("****"), {0, 1}, rng), BlockIndex(0));
  EXPECT_EQ(picker.PickRarest(Map("*   "), {0, 1}, rng), std::nullopt);
}

TEST(RarityPickerTest, EquallyRareOnesAreAllPickedSometimes) {
  Rng rng(1);
  const RarityPicker picker = Picker("11111111");
  std::set<uint32_t> picked;
  for (int i = 0; i < 200; ++i) {
    picked.insert(picker.PickRarest(Map("********"), {}, rng)->value());
  }
  EXPECT_EQ(picked.size(), 8u);
}

TEST(RarityPickerTest, TakenBlocksAreNotPickedUntilTheyArePutBack) {
  Rng rng(1);
  RarityPicker picker = Picker("12");
  picker.Take(BlockIndex(0));
  EXPECT_EQ(picker.PickRarest(Map("**"), {}, rng), BlockIndex(1));
  picker.PutBack(BlockIndex(0));
  EXPECT_EQ(picker.PickRarest(Map("**"), {}, rng), BlockIndex(0));
}

TEST(RarityPickerTest, SeedersLeaveNothingLacking) {
  Rng rng(1);
  RarityPicker picker = Picker("010");
  EXPECT_EQ(picker.lacking_count(), 2u);
  EXPECT_NE(picker.PickLacking(rng), BlockIndex(1));
  picker.AddSeeder();
  EXPECT_EQ(picker.lacking_count(), 0u);
  EXPECT_EQ(picker.PickLacking(rng), std::nullopt);
  EXPECT_EQ(picker.AvailabilityOf(BlockIndex(1)), 2u);
}

TEST(RarityPickerTest, StaysConsistentUnderRandomChanges) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Rng rng(seed);
    RarityPicker picker(100);
    std::vector<uint32_t> added;
    for (int step = 0; step < 2000; ++step) {
      const BlockIndex block(rng.Below(100));
      switch (rng.Below(4)) {
        case 0:
          picker.Add(block);
          added.push_back(block.value());
          break;
        case 1:
          if (!added.empty()) {
            picker.Remove(BlockIndex(added.back()));
            added.pop_back();
          }
          break;
        case 2:
          picker.Take(block);
          break;
        case 3:
          picker.PutBack(block);
          break;
      }
    }
    EXPECT_TRUE(picker.Consistent()) << "seed " << seed;
  }
}

TEST(BlockAssemblyTest, ChunksGoFromMissingToReceived) {
  BlockAssembly assembly(BlockIndex(0), 3);
  EXPECT_EQ(assembly.FirstMissing(), 0u);
  assembly.Ask(0);
  EXPECT_EQ(assembly.FirstMissing(), 1u);
  EXPECT_TRUE(assembly.Receive(0, ClientId(5)));
  EXPECT_FALSE(assembly.Receive(0, ClientId(6)));
  EXPECT_EQ(assembly.Source(0), ClientId(5));
  assembly.Ask(1);
  assembly.Release(1);
  EXPECT_EQ(assembly.FirstMissing(), 1u);
  assembly.Receive(1, ClientId(5));
  EXPECT_EQ(assembly.OnlySource(), ClientId(5));
  assembly.Receive(2, kFromHttp);  // late or by HTTP, nobody was asked
  EXPECT_TRUE(assembly.complete());
  EXPECT_EQ(assembly.missing(), 0u);
  EXPECT_EQ(assembly.OnlySource(), std::nullopt);
}

TEST(BlockAssemblyTest, AChunkAskedTwiceIsMissingOnlyWhenBothGiveUp) {
  BlockAssembly assembly(BlockIndex(0), 1);
  assembly.Ask(0);
  assembly.Ask(0);
  assembly.Release(0);
  EXPECT_FALSE(assembly.Missing(0));
  assembly.Release(0);
  EXPECT_TRUE(assembly.Missing(0));
}

TEST(BlockTableTest, ABlockGoesThroughItsStates) {
  using State = BlockTable::State;
  BlockTable table(*Layout::Create(100, 64, 16));
  const BlockIndex block(1);
  EXPECT_EQ(table.StateOf(block), State::kMissing);
  EXPECT_EQ(table.Begin(block).num_chunks(), 3u);
  EXPECT_EQ(table.StateOf(block), State::kActive);
  table.StartVerify(block);
  EXPECT_EQ(table.StateOf(block), State::kVerifying);
  EXPECT_EQ(table.Active(block), nullptr);
  table.MarkSuspect(block);
  table.Abandon(block);
  EXPECT_EQ(table.StateOf(block), State::kMissing);
  EXPECT_TRUE(table.Begin(block).single_source);
  table.StartVerify(block);
  table.Commit(block);
  EXPECT_EQ(table.StateOf(block), State::kHave);
  table.Lose(block);
  EXPECT_EQ(table.StateOf(block), State::kMissing);
  EXPECT_FALSE(table.Begin(block).single_source);
}

TEST(PendingChunksTest, KeepsOrderWhateverIsErased) {
  PendingChunks pending;
  for (uint32_t i = 0; i < 300; ++i) pending.Push({ChunkIndex(i)});
  for (uint32_t i = 0; i < 150; ++i) pending.Erase(0);
  pending.Erase(*pending.Find(ChunkIndex(200)));
  EXPECT_EQ(pending.size(), 149u);
  EXPECT_EQ(pending[0].chunk, ChunkIndex(150));
  EXPECT_EQ(pending.Find(ChunkIndex(200)), std::nullopt);
  EXPECT_EQ(pending[148].chunk, ChunkIndex(299));
}

TEST(RateMeterTest, FollowsASteadyFlowAndForgets) {
  RateMeter meter;
  Timestamp now = Timestamp::Millis(500);
  for (int i = 0; i < 50; ++i) {
    meter.Add(now, 1000);
    now = now + Duration::Millis(100);
  }
  EXPECT_NEAR(meter.BytesPerSecond(now), 10'000, 1'100);
  now = now + Duration::Seconds(3);
  EXPECT_EQ(meter.BytesPerSecond(now), 0);
}

TEST(TokenBucketTest, KeepsTheRateForMessagesOfAnySize) {
  for (const uint64_t message : {100u, 16'000u, 200'000u}) {
    TokenBucket bucket;
    Timestamp now = Timestamp::Millis(1);
    bucket.SetRate(now, 100'000);
    const Timestamp start = now;
    uint64_t sent = 0;
    while (now - start < Duration::Seconds(20)) {
      if (bucket.Ready(now)) {
        bucket.Take(message);
        sent += message;
      } else {
        now = bucket.ReadyAt(now);
      }
    }
    EXPECT_NEAR(static_cast<double>(sent), 2e6, 2e6 * 0.05 + message);
  }
}

// A path of fixed rate and delay, with the window's bytes always under way.
double SettledWindow(double rate, Duration rtt) {
  RequestWindow window(128 * 1024);
  Timestamp now = Timestamp::Millis(1000);
  for (int round = 0; round < 40; ++round) {
    const double bytes = window.bytes();
    const Duration took =
        std::max(rtt, Duration::FromSeconds(bytes / rate) + rtt);
    now = now + took;
    window.OnDelivered(now, took, static_cast<uint64_t>(bytes), 16 * 1024);
    window.OnPong(rtt);
  }
  return window.bytes();
}

TEST(RequestWindowTest, FillsALongFatPath) {
  // 100 Mbit/s over 200 ms hold 2.5 MB.
  EXPECT_GT(SettledWindow(12.5e6, Duration::Millis(200)), 2.4e6);
}

TEST(RequestWindowTest, StaysSmallOnASlowOrShortPath) {
  EXPECT_LE(SettledWindow(100e3, Duration::Millis(20)), 100 * 1024);
  EXPECT_LE(SettledWindow(16e6, Duration::Millis(2)), 512 * 1024);
}

TEST(RequestWindowTest, BacksOffUnderLossOnceARoundTrip) {
  RequestWindow window(1 << 20);
  Timestamp now = Timestamp::Millis(1000);
  window.OnDelivered(now, Duration::Millis(50), 1 << 20, 16 * 1024);
  const uint32_t before = window.bytes();
  window.OnLoss(now + Duration::Millis(100));
  window.OnLoss(now + Duration::Millis(101));
  EXPECT_LT(window.bytes(), before);
  EXPECT_GT(window.bytes(), before * 7 / 10);
}

TEST(UplinkYieldTest, GivesWayWhileThereIsAQueueAndComesBack) {
  UplinkYield yield;
  yield.OnRound(Duration::Millis(20), 500e3);
  EXPECT_EQ(yield.Limit(0), 0u);
  yield.OnRound(Duration::Millis(700), 400e3);
  EXPECT_EQ(yield.Limit(0), 280e3);
  // Little was sent of it: others have the line.
  yield.OnRound(Duration::Millis(700), 100e3);
  EXPECT_EQ(yield.Limit(0), 70e3);
  for (int i = 0; i < 100; ++i) yield.OnRound(Duration::Millis(700), 1e3);
  EXPECT_EQ(yield.Limit(0), 16u * 1024);
  for (int i = 0; i < 40; ++i) yield.OnRound(Duration::Millis(20), 16e3);
  EXPECT_EQ(yield.Limit(0), 0u);
}

TEST(UplinkYieldTest, DoesNotTakeItsOwnWindowForAQueue) {
  // 64 KiB take half a second at a megabit.
  UplinkYield yield;
  yield.OnRound(Duration::Millis(500), 125e3);
  EXPECT_EQ(yield.Limit(0), 0u);
  yield.OnRound(Duration::Millis(700), 125e3);
  EXPECT_GT(yield.Limit(0), 0u);
}

TEST(UplinkYieldTest, TheUsersLimitHoldsToo) {
  UplinkYield yield;
  EXPECT_EQ(yield.Limit(200e3), 200e3);
  yield.OnRound(Duration::Millis(900), 100e3);
  EXPECT_EQ(yield.Limit(50e3), 50e3);
  EXPECT_EQ(yield.Limit(200e3), 70e3);
}

// After half a minute in which each path carries `path` bytes/s and all
// together `uplink`; one second of `idle_every` nobody waits.
UploadWidth Settled(double path, double uplink, int idle_every = 1000) {
  UploadWidth width;
  constexpr int kStepsPerSecond = 10;
  for (int step = 1; step < 30 * kStepsPerSecond; ++step) {
    width.Advance(Timestamp::Millis(1000 + step * 1000 / kStepsPerSecond),
                  /*contended=*/step / kStepsPerSecond % idle_every != 3);
    const double rate =
        std::min(uplink, path * static_cast<double>(width.slots()));
    width.OnDrained(static_cast<uint64_t>(rate / kStepsPerSecond));
  }
  return width;
}

TEST(UploadWidthTest, IsWideWhereEachPathCarriesLittle) {
  const UploadWidth width = Settled(50e3, 1.25e6);
  EXPECT_GE(width.slots(), 16u);
  EXPECT_TRUE(width.paths_are_narrow());
}

TEST(UploadWidthTest, IsWideAlsoIfTakersAreNotAlwaysEnough) {
  EXPECT_GE(Settled(50e3, 1.25e6, /*idle_every=*/4).slots(), 16u);
}

TEST(UploadWidthTest, IsNarrowWhereTwoFillTheUplink) {
  const UploadWidth width = Settled(5e6, 1.25e6);
  EXPECT_LE(width.slots(), 4u);
  EXPECT_FALSE(width.paths_are_narrow());
}

// How often each block is read by `members` who read `rounds` blocks each and
// hear nothing of each other. `known`: how many members each thinks there are.
std::vector<int> Readers(uint32_t blocks, uint32_t members, uint32_t rounds,
                         uint32_t known) {
  const RarityPicker picker(blocks);
  std::vector<int> readers(blocks);
  for (uint32_t place = 0; place < members; ++place) {
    HttpShare share;
    for (uint32_t round = 0; round < rounds; ++round) {
      if (const auto block = share.Next(picker, place, known)) {
        ++readers[block->value()];
      }
    }
  }
  return readers;
}

TEST(HttpShareTest, AllTogetherReadEachBlockOnce) {
  EXPECT_EQ(Readers(1024, 128, 8, 128), std::vector<int>(1024, 1));
}

TEST(HttpShareTest, NobodyReadsInVainWhoKnowsOfFewMembersOnly) {
  const std::vector<int> readers = Readers(1024, 200, 4, 20);
  EXPECT_EQ(std::count(readers.begin(), readers.end(), 1), 800);
}

TEST(HttpShareTest, MoreMembersThanBlocksHaveOneEach) {
  EXPECT_EQ(Readers(100, 300, 5, 300), std::vector<int>(100, 3));
}

TEST(HttpShareTest, WhatSomebodyHasIsPassedOver) {
  const RarityPicker picker = Picker("0100");
  HttpShare share;
  EXPECT_EQ(share.Next(picker, 1, 2), BlockIndex(2));  // the second of its part
  EXPECT_EQ(share.Next(picker, 1, 2), std::nullopt);
}

}  // namespace
}  // namespace peer5
