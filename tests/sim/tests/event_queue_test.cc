#include "tests/sim/event_queue.h"

#include <algorithm>
#include <vector>

#include "core/content/rng.h"
#include "gtest/gtest.h"

namespace peer5::sim {
namespace {

TEST(EventQueue, GivesEventsInTheOrderOfTimeNearAndFar) {
  EventQueue queue;
  Rng rng(3);
  std::vector<int64_t> times;
  for (int i = 0; i < 20'000; ++i) {
    // Within a slot, within the slots, and beyond them.
    times.push_back(rng.Below(i % 3 == 0   ? 200
                              : i % 3 == 1 ? 4'000'000
                                           : 900'000'000));
    queue.Push(Timestamp::Micros(times.back()), EventKind::kTimer);
  }
  std::sort(times.begin(), times.end());
  for (const int64_t time : times) {
    ASSERT_EQ(queue.Pop().time, Timestamp::Micros(time));
  }
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, GivesEventsOfOneTimeInTheOrderInWhichTheyCame) {
  EventQueue queue;
  for (uint32_t i = 0; i < 1000; ++i) {
    queue.Push(Timestamp::Millis(i % 2 == 0 ? 5 : 9000), EventKind::kTimer, i);
  }
  for (uint32_t i = 0; i < 1000; i += 2) ASSERT_EQ(queue.Pop().a, i);
  for (uint32_t i = 1; i < 1000; i += 2) ASSERT_EQ(queue.Pop().a, i);
}

TEST(EventQueue, TakesEventsForNowWhileOthersComeOut) {
  EventQueue queue;
  queue.Push(Timestamp::Micros(10), EventKind::kTimer, 1);
  queue.Push(Timestamp::Micros(20), EventKind::kTimer, 3);
  EXPECT_EQ(queue.Pop().a, 1u);
  queue.Push(Timestamp::Micros(10), EventKind::kTimer, 2);
  EXPECT_EQ(queue.Pop().a, 2u);
  EXPECT_EQ(queue.Pop().a, 3u);
}

TEST(EventQueue, TellsOfEventsAhead) {
  EventQueue queue;
  for (uint32_t i = 0; i < 4; ++i) {
    queue.Push(Timestamp::Micros(300 + i), EventKind::kTimer, i);
  }
  EXPECT_EQ(queue.Pop().a, 0u);
  Event ahead;
  ASSERT_TRUE(queue.Peek(1, ahead));
  EXPECT_EQ(ahead.a, 2u);
  EXPECT_FALSE(queue.Peek(3, ahead));
  EXPECT_EQ(queue.Pop().a, 1u);
}

}  // namespace
}  // namespace peer5::sim
