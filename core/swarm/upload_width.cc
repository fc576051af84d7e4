#include "core/swarm/upload_width.h"

#include <algorithm>

namespace peer5 {
namespace {

constexpr Duration kEpoch = Duration::Seconds(1);
// Epochs from one trial to the next; the first comes soon.
constexpr int kRest = 5;
// Epochs that a trial is measured, but for one that is seen to help at once.
constexpr int kTrial = 2;
constexpr double kSurelyMore = 1.5;
constexpr double kClearlyMore = 1.12;
// If fewer took than could have.
constexpr double kMuchMore = 1.3;
constexpr double kHardlyFewer = 0.92;
// Paths are narrow where at least so many, of so many bytes/s each at most,
// are needed.
constexpr size_t kMany = 8;
constexpr double kNarrow = 150e3;

}  // namespace

void UploadWidth::Advance(Timestamp now, bool contended) {
  contended_ = contended_ && contended;
  const Duration elapsed = now - epoch_;
  if (elapsed < kEpoch) return;
  const double rate = static_cast<double>(sent_) / elapsed.seconds();
  const bool contended_throughout = contended_;
  epoch_ = now;
  sent_ = 0;
  contended_ = contended;
  if (elapsed >= kEpoch * 2) {  // nobody wanted anything
    if (state_ != State::kResting) slots_ = before_;
    Enter(State::kResting);
    return;
  }
  // With too few takers at rest an epoch says nothing of the width; a wider
  // one that is not filled still shows what it brings.
  if (state_ == State::kResting && !contended_throughout) return;
  filled_ = filled_ && contended_throughout;
  ++epochs_;
  rates_ += rate;
  switch (state_) {
    case State::kResting:
      if (tried_ && epochs_ < kRest) return;
      rate_ = rates_ / epochs_;
      Try(!wider_ || slots_ == kLeast);
      return;
    case State::kSettling:
      Enter(State::kMeasuring);
      return;
    case State::kMeasuring:
      if (epochs_ == kTrial || (wider_ && rate > rate_ * kSurelyMore)) {
        Judge(rates_ / epochs_);
      }
      return;
  }
}

void UploadWidth::Enter(State state) {
  state_ = state;
  epochs_ = 0;
  rates_ = 0;
}

void UploadWidth::Try(bool wider) {
  tried_ = true;
  wider_ = wider;
  filled_ = true;
  before_ = slots_;
  slots_ = std::clamp(wider ? slots_ * 2 : slots_ / 2, kLeast, kMost);
  Enter(State::kSettling);
}

void UploadWidth::Judge(double rate) {
  Enter(State::kResting);
  const double enough = !wider_   ? kHardlyFewer
                        : filled_ ? kClearlyMore
                                  : kMuchMore;
  const bool better = rate >= rate_ * enough;
  if (better) {
    rate_ = rate;
  } else {
    slots_ = before_;
  }
  narrow_ = slots_ >= kMany && rate_ < kNarrow * static_cast<double>(slots_);
  if (better && slots_ > kLeast && slots_ < kMost) Try(wider_);
}

}  // namespace peer5
