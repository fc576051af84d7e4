#ifndef PEER5_CORE_SWARM_TOKEN_BUCKET_H_
#define PEER5_CORE_SWARM_TOKEN_BUCKET_H_

#include <algorithm>
#include <cstdint>

#include "core/content/time.h"

namespace peer5 {

// Keeps a flow at or under so many bytes a second. A message may be larger
// than the bucket: it is let through once the bucket is not empty and leaves
// a debt, so that the long-run rate holds for any message size.
class TokenBucket {
 public:
  // 0: no limit.
  void SetRate(Timestamp now, uint64_t bytes_per_second) {
    Refill(now);
    rate_ = bytes_per_second;
    tokens_ = std::min(tokens_, Capacity());
  }
  bool limited() const { return rate_ != 0; }

  bool Ready(Timestamp now) {
    if (!limited()) return true;
    Refill(now);
    return tokens_ > 0;
  }
  // What may be taken without a debt; at least a byte if it is Ready.
  uint32_t Allowed(Timestamp now) {
    if (!limited()) return UINT32_MAX;
    return Ready(now) ? static_cast<uint32_t>(tokens_) + 1 : 0;
  }
  void Take(uint64_t bytes) {
    if (limited()) tokens_ -= static_cast<double>(bytes);
  }
  // When Ready will next be true.
  Timestamp ReadyAt(Timestamp now) {
    if (Ready(now)) return now;
    return now + Duration::FromSeconds(-tokens_ / static_cast<double>(rate_)) +
           Duration::Millis(1);
  }

 private:
  // Bursts of a twentieth of a second keep the limit within 5% in any second.
  double Capacity() const { return static_cast<double>(rate_) * 0.05; }

  void Refill(Timestamp now) {
    const double elapsed = std::max(0.0, (now - refilled_).seconds());
    tokens_ =
        std::min(Capacity(), tokens_ + elapsed * static_cast<double>(rate_));
    refilled_ = now;
  }

  uint64_t rate_ = 0;
  double tokens_ = 0;
  Timestamp refilled_;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_TOKEN_BUCKET_H_
