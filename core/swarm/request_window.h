#ifndef PEER5_CORE_SWARM_REQUEST_WINDOW_H_
#define PEER5_CORE_SWARM_REQUEST_WINDOW_H_

#include <cstdint>

#include "core/content/time.h"

namespace peer5 {

// How many bytes to keep asked of one peer: enough to fill the path, not so
// many that they queue in it. Receiver-driven, after BBR's model (Cardwell et
// al., 2016): the path's rate is the largest rate of delivery seen lately, its
// delay the smallest answer time; the window is a little over their product.
// While the rate is limited by the window itself, the product doubles every
// round trip, which is slow start; once it is limited by the path or by the
// other side's share for us, it stays.
class RequestWindow {
 public:
  // `first` is the window before anything is known.
  explicit RequestWindow(uint32_t first) : window_(first) {}

  uint32_t bytes() const { return window_; }
  bool measured() const { return rate_ > 0; }
  // Smoothed and smallest time from request to answer.
  Duration srtt() const { return srtt_; }
  Duration min_rtt() const { return min_rtt_; }
  double rate() const { return rate_; }  // bytes/s, the largest lately
  // When an answer is so late that it must be lost (RFC 6298's formula on
  // answer times, with a floor for timers that browsers throttle).
  Duration Timeout() const;

  // An answer came `rtt` after its request, during which `delivered` bytes
  // (its own among them) came from this peer. `chunk` is the chunk size.
  void OnDelivered(Timestamp now, Duration rtt, uint64_t delivered,
                   uint32_t chunk);
  // A ping was answered: the path's delay without the other side's queue.
  void OnPong(Duration rtt);
  void OnLoss(Timestamp now);
  // Nothing comes any more: ask for a single chunk until something does.
  void OnStall(uint32_t chunk) { window_ = chunk; }

 private:
  void Update(uint32_t chunk);

  uint32_t window_;
  Duration srtt_;
  Duration rttvar_;
  Duration min_rtt_ = Duration::Infinite();
  Timestamp min_rtt_at_;
  // The largest delivery rate of this and of the previous epoch.
  double rate_ = 0;
  double epoch_rate_ = 0;
  Timestamp epoch_start_;
  double backoff_ = 1.0;  // below 1 after losses, recovers by itself
  Timestamp last_loss_;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_REQUEST_WINDOW_H_
