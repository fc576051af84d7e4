#ifndef PEER5_CORE_SWARM_RATE_METER_H_
#define PEER5_CORE_SWARM_RATE_METER_H_

#include <algorithm>
#include <cstdint>

#include "core/content/time.h"

namespace peer5 {

// Bytes a second over about the last second: the current one-second window and
// what of the previous one still lies within a second of now.
class RateMeter {
 public:
  void Add(Timestamp now, uint64_t bytes) {
    Roll(now);
    current_ += bytes;
  }

  double BytesPerSecond(Timestamp now) {
    if (!started_) return 0;
    Roll(now);
    const double into = (now - window_start_).seconds();
    const double lived = (now - first_).seconds();
    const double weighted = static_cast<double>(previous_) * (1.0 - into) +
                            static_cast<double>(current_);
    // In its first second a meter has seen less than a second of traffic.
    return lived >= 1.0 ? weighted
                        : static_cast<double>(previous_ + current_) /
                              std::max(lived, kShortest);
  }

 private:
  static constexpr double kShortest = 0.05;
  static constexpr Duration kWindow = Duration::Seconds(1);

  void Roll(Timestamp now) {
    if (!started_) {
      started_ = true;
      first_ = window_start_ = now;
    }
    if (now - window_start_ < kWindow) return;
    const bool next = now - window_start_ < kWindow * 2;
    previous_ = next ? current_ : 0;
    current_ = 0;
    window_start_ = next ? window_start_ + kWindow : now;
  }

  bool started_ = false;
  Timestamp first_;
  Timestamp window_start_;
  uint64_t previous_ = 0;
  uint64_t current_ = 0;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_RATE_METER_H_
