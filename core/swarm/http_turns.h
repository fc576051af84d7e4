#ifndef PEER5_CORE_SWARM_HTTP_TURNS_H_
#define PEER5_CORE_SWARM_HTTP_TURNS_H_

#include <algorithm>
#include <cstdint>

#include "core/content/rng.h"
#include "core/content/time.h"

namespace peer5 {

// How a crowd shares an origin, without a word between its members. A thousand
// that all read at once have their first whole block, the first that can be
// passed on, a thousand times later than one who reads alone. So who finds
// that a block takes much longer than kTurn goes on with the chance that
// brings the number of readers down to what the origin can serve in that time,
// and comes back for one block at a time: as often as would bring the same
// bytes in all.
//
//   reading --too slow, and the dice say so--> away --hold_until--> reading
//      |                                        ^
//      +---- block whole, cycle > its time -----+
class HttpTurns {
 public:
  // Reading `block` bytes takes `block_time` at the rate of now: whether to go
  // on, as one of `readers` or fewer. If not, the hold begins.
  bool GoOn(Timestamp now, Duration block_time, uint32_t readers, Rng& rng);
  // A block was read in `took`; the hold until the next turn begins.
  void OnBlock(Timestamp now, Duration took, Rng& rng);

  // When the next turn begins. Who gets nothing from peers waits less.
  Timestamp hold_until(bool moving) const {
    return moving ? hold_until_ : std::min(hold_until_, held_at_ + kPatience);
  }

 private:
  static constexpr Duration kPatience = Duration::Seconds(10);

  void Hold(Timestamp now, Duration time);

  // From one turn to the next, on average; zero: turns follow each other.
  Duration cycle_;
  Timestamp held_at_;
  Timestamp hold_until_;
  Duration best_ = Duration::Infinite();  // the least a block has taken
  Timestamp thrown_at_;                   // when the dice were
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_HTTP_TURNS_H_
