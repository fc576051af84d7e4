#include "core/swarm/upload_width.h"

#include <algorithm>

namespace peer5 {
namespace {

constexpr Duration kEpoch = Duration::Seconds(1);
// Epochs from one trial to the next; the first comes soon.
constexpr int kRest = 5;
constexpr double kClearlyMore = 1.2;
constexpr double kHardlyFewer = 0.92;

}  // namespace

void UploadWidth::Advance(Timestamp now, bool contended) {
  contended_ = contended_ && contended;
  const Duration elapsed = now - epoch_;
  if (elapsed < kEpoch) return;
  const double rate = static_cast<double>(sent_) / elapsed.seconds();
  // An epoch with too few takers says nothing of the width.
  const bool telling = contended_ && elapsed < kEpoch * 2;
  epoch_ = now;
  sent_ = 0;
  contended_ = contended;
  if (!telling) {
    if (state_ != State::kResting) slots_ = before_;
    state_ = State::kResting;
    return;
  }
  switch (state_) {
    case State::kResting:
      rate_ = rate;
      if (++rested_ >= kRest || rested_ == 1) Try(!wider_ || slots_ == kLeast);
      break;
    case State::kSettling:
      state_ = State::kMeasuring;
      break;
    case State::kMeasuring:
      Judge(rate);
      break;
  }
}

void UploadWidth::Try(bool wider) {
  wider_ = wider;
  before_ = slots_;
  slots_ = std::clamp(wider ? slots_ * 2 : slots_ / 2, kLeast, kMost);
  state_ = State::kSettling;
}

void UploadWidth::Judge(double rate) {
  state_ = State::kResting;
  rested_ = 1;
  if (rate < rate_ * (wider_ ? kClearlyMore : kHardlyFewer)) {
    slots_ = before_;
    return;
  }
  rate_ = rate;
  if (slots_ > kLeast && slots_ < kMost) Try(wider_);
}

}  // namespace peer5
