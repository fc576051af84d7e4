#include "core/swarm/uplink_yield.h"

#include <algorithm>

namespace peer5 {
namespace {

// A call or a game stands this much, and LEDBAT aims at it.
constexpr double kTargetSeconds = 0.1;
// What may be on its way to the peer that is being served: the least window
// (request_window.cc). It is no sign of other traffic.
constexpr double kOwnBytes = 64 * 1024;
constexpr double kDown = 0.7;
constexpr double kUp = 1.15;
// Who yields altogether would never see that the queue is gone.
constexpr double kLeast = 16 * 1024;

}  // namespace

void UplinkYield::OnRound(Duration delay, double rate) {
  best_rate_ = std::max(best_rate_, rate);
  const double own = kOwnBytes / std::max(best_rate_, kLeast);
  if (delay.seconds() <= kTargetSeconds + own) return Recover();
  limit_ = std::max(kLeast, std::min(rate, limit_ > 0 ? limit_ : rate) * kDown);
}

void UplinkYield::Recover() {
  limit_ *= kUp;
  if (limit_ > kSlow) limit_ = 0;
}

uint64_t UplinkYield::Limit(uint64_t user_limit) const {
  const uint64_t limit = static_cast<uint64_t>(limit_);
  if (limit == 0 || user_limit == 0) return std::max(limit, user_limit);
  return std::min(limit, user_limit);
}

}  // namespace peer5
