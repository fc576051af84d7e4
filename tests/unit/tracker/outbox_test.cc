#include "core/tracker/outbox.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace peer5 {
namespace {

constexpr ConnHandle kAnna(1), kBen(2);

class OutboxTest : public ::testing::Test {
 protected:
  void Put(ConnHandle conn, const std::string& text, bool can_wait = false) {
    const std::vector<uint8_t> bytes(text.begin(), text.end());
    outbox_.Put(now_, conn, bytes, can_wait);
  }
  // What is due by then, as "1:text 2:text ".
  std::string Due() {
    std::string all;
    for (const auto& [conn, bytes] : outbox_.TakeDue(now_)) {
      all += std::to_string(conn.value()) + ":" +
             std::string(bytes.begin(), bytes.end()) + " ";
    }
    return all;
  }

  Timestamp now_ = Timestamp::Millis(1000);
  Outbox outbox_;
};

TEST_F(OutboxTest, WhatOneTurnHasForASocketGoesAsOneMessageInOrder) {
  Put(kAnna, "a");
  Put(kBen, "b");
  Put(kAnna, "c");
  EXPECT_EQ(Due(), "1:ac 2:b ");
  EXPECT_EQ(Due(), "");
}

TEST_F(OutboxTest, WhatCanWaitGoesWithWhatCannot) {
  Put(kAnna, "match ", /*can_wait=*/true);
  EXPECT_EQ(Due(), "");
  Put(kAnna, "offer");
  EXPECT_EQ(Due(), "1:match offer ");
  now_ = now_ + Outbox::kHold * 2;
  EXPECT_EQ(Due(), "");
}

TEST_F(OutboxTest, AndGoesAloneWhenItHasWaitedEnough) {
  Put(kAnna, "1", /*can_wait=*/true);
  now_ = now_ + Outbox::kHold / 2;
  Put(kAnna, "2", /*can_wait=*/true);
  Put(kBen, "3", /*can_wait=*/true);
  now_ = outbox_.deadline();
  EXPECT_EQ(Due(), "1:12 ");
  now_ = outbox_.deadline();
  EXPECT_EQ(Due(), "2:3 ");
  EXPECT_EQ(outbox_.deadline(), Timestamp::Never());
}

TEST_F(OutboxTest, AnEarlierWaitSaysNothingOfALaterOne) {
  Put(kAnna, "1", /*can_wait=*/true);
  now_ = now_ + Outbox::kHold / 2;
  Put(kAnna, "2");
  EXPECT_EQ(Due(), "1:12 ");
  Put(kAnna, "3", /*can_wait=*/true);
  now_ = outbox_.deadline();
  EXPECT_EQ(Due(), "");
  now_ = outbox_.deadline();
  EXPECT_EQ(Due(), "1:3 ");
}

TEST_F(OutboxTest, BeforeASocketIsClosedItGetsAll) {
  Put(kAnna, "1", /*can_wait=*/true);
  Put(kAnna, "2");
  const auto last = outbox_.TakeAll(kAnna);
  EXPECT_EQ(std::string(last.begin(), last.end()), "12");
  EXPECT_EQ(Due(), "");
}

TEST_F(OutboxTest, WhoeverIsGoneGetsNothing) {
  Put(kAnna, "1");
  Put(kBen, "2", /*can_wait=*/true);
  outbox_.Forget(kAnna);
  outbox_.Forget(kBen);
  now_ = outbox_.deadline();
  EXPECT_EQ(Due(), "");
}

}  // namespace
}  // namespace peer5
