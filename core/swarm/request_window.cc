#include "core/swarm/request_window.h"

#include <algorithm>

namespace peer5 {
namespace {

// A window of 64 KiB loses no packet on any path that was measured, and keeps
// a peer with a small share for us busy over a busy page's pauses.
constexpr uint32_t kMinWindow = 64 * 1024;
// Enough for 200 Mbit/s over 200 ms.
constexpr uint32_t kMaxWindow = 6 * 1024 * 1024;
// On top of two bandwidth-delay products: covers the time a busy page needs
// to answer. Together they stay near the 192–512 KiB that fill a path between
// two tabs without a lost packet (1 MiB loses some).
constexpr Duration kSlack = Duration::Millis(24);
constexpr Duration kEpoch = Duration::Seconds(2);
constexpr Duration kMinRttLife = Duration::Seconds(20);
constexpr Duration kMinTimeout = Duration::Millis(400);
constexpr Duration kFirstTimeout = Duration::Seconds(4);

}  // namespace

Duration RequestWindow::Timeout() const {
  if (!measured()) return kFirstTimeout;
  return std::max(kMinTimeout, srtt_ + rttvar_ * 4);
}

void RequestWindow::OnPong(Duration rtt) { min_rtt_ = std::min(min_rtt_, rtt); }

void RequestWindow::OnDelivered(Timestamp now, Duration rtt, uint64_t delivered,
                                uint32_t chunk) {
  rtt = std::max(rtt, Duration::Micros(100));
  if (!measured()) {
    srtt_ = rtt;
    rttvar_ = rtt / 2;
    epoch_start_ = now;
  } else {
    const Duration error = rtt > srtt_ ? rtt - srtt_ : srtt_ - rtt;
    rttvar_ = (rttvar_ * 3 + error) / 4;
    srtt_ = (srtt_ * 7 + rtt) / 8;
  }
  if (rtt <= min_rtt_ || now - min_rtt_at_ > kMinRttLife) {
    min_rtt_ = rtt;
    min_rtt_at_ = now;
  }
  if (now - epoch_start_ > kEpoch) {
    rate_ = epoch_rate_;  // what the epoch before the last saw is forgotten
    epoch_rate_ = 0;
    epoch_start_ = now;
  }
  const double sample = static_cast<double>(delivered) / rtt.seconds();
  epoch_rate_ = std::max(epoch_rate_, sample);
  rate_ = std::max(rate_, sample);
  backoff_ = std::min(1.0, backoff_ + 0.002);
  Update(chunk);
}

void RequestWindow::OnLoss(Timestamp now) {
  if (now - last_loss_ < srtt_) return;  // one cut a round trip
  last_loss_ = now;
  backoff_ = std::max(0.3, backoff_ * 0.85);
  window_ =
      std::max<uint32_t>(kMinWindow, static_cast<uint32_t>(window_ * 0.85));
}

void RequestWindow::Update(uint32_t chunk) {
  const double path = rate_ * (2 * min_rtt_.seconds() + kSlack.seconds());
  const double least = std::max<uint32_t>(kMinWindow, 4 * chunk);
  window_ = static_cast<uint32_t>(
      std::clamp(path * backoff_, least, double{kMaxWindow}));
}

}  // namespace peer5
