#ifndef PEER5_CORE_SWARM_UPLINK_YIELD_H_
#define PEER5_CORE_SWARM_UPLINK_YIELD_H_

#include <cstdint>

#include "core/content/time.h"

namespace peer5 {

// Keeps uploads out of the way of the user's other traffic, by delay, as LEDBAT
// does (RFC 6817): what waits in a slow uplink's queue shows in the answer time
// of a peer that nothing is being sent to. So a few such peers are probed at a
// time; the least of their delays is no fault of one of them.
//
//   free --a queue--> yielding: at a limit, lower with each round that finds a
//     ^                 |       queue, higher with each that finds none
//     +-- limit > kSlow +
class UplinkYield {
 public:
  // A faster uplink (bytes/s) drains what some windows hold in a moment.
  static constexpr double kSlow = 500e3;

  // A round is over: its quickest answer was later than it can be by `delay`;
  // meanwhile `rate` bytes/s went up.
  void OnRound(Duration delay, double rate);
  // There was nobody to probe, so nothing is known of the queue.
  void OnNoRound() { Recover(); }

  // Bytes/s that uploads are to keep to where the user's own limit is
  // `user_limit`; 0 is none, in both.
  uint64_t Limit(uint64_t user_limit) const;

 private:
  void Recover();

  double best_rate_ = 0;  // the most that went up in a round
  double limit_ = 0;      // 0: free
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_UPLINK_YIELD_H_
