#ifndef PEER5_CORE_TRACKER_RATE_LIMIT_H_
#define PEER5_CORE_TRACKER_RATE_LIMIT_H_

#include <algorithm>

#include "core/content/time.h"

namespace peer5 {

// So much in a burst, so much a second in the long run.
struct Rate {
  double burst;
  double per_second;
};

// How much of a Rate one client has used.
class RateLimit {
 public:
  // Takes `cost`, unless there is not that much left.
  bool Take(Timestamp now, const Rate& rate, double cost) {
    used_ = std::max(0.0, used_ - (now - at_).seconds() * rate.per_second);
    at_ = now;
    if (used_ + cost > rate.burst) return false;
    used_ += cost;
    return true;
  }
  // How long until `cost` could be taken.
  Duration Wait(const Rate& rate, double cost) const {
    return Duration::FromSeconds(std::max(0.0, used_ + cost - rate.burst) /
                                 rate.per_second);
  }

 private:
  double used_ = 0;
  Timestamp at_;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_RATE_LIMIT_H_
