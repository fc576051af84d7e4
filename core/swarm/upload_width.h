#ifndef PEER5_CORE_SWARM_UPLOAD_WIDTH_H_
#define PEER5_CORE_SWARM_UPLOAD_WIDTH_H_

#include <cstddef>
#include <cstdint>

#include "core/content/time.h"

namespace peer5 {

// To how many peers at a time to send. The fewer, the sooner each of them has a
// whole block that it can pass on; but where losses or distance hold each path
// back, a few do not fill the uplink. The only way to know is to try:
//
//   resting --kRest, peers wait--> settling --kEpoch--> measuring --kTrial-->
//      ^       (twice or half as many)                      |
//      |                                                    |
//      +--- back to the number before, unless it was better-+
//
// Twice as many are better if they take clearly more bytes, half as many if
// they take hardly fewer.
class UploadWidth {
 public:
  size_t slots() const { return slots_; }
  // Bytes have left a channel. What is given to one says little: it takes a
  // good part of a slow path's second at once.
  void OnDrained(uint64_t bytes) { sent_ += bytes; }
  // `contended`: more peers wait to be sent to.
  void Advance(Timestamp now, bool contended);
  // It takes many to fill the uplink, for each carries little, as on lossy
  // paths.
  bool paths_are_narrow() const { return narrow_; }

 private:
  enum class State : uint8_t { kResting, kSettling, kMeasuring };
  static constexpr size_t kLeast = 2;
  static constexpr size_t kMost = 32;

  void Enter(State state);
  void Try(bool wider);
  void Judge(double rate);

  State state_ = State::kResting;
  size_t slots_ = kLeast;
  size_t before_ = kLeast;
  bool tried_ = false;
  bool wider_ = true;   // what is tried, or was last
  bool filled_ = true;  // all that is tried had takers
  bool narrow_ = false;
  int epochs_ = 0;     // in this state
  double rates_ = 0;   // of these epochs, their sum
  double rate_ = 0;    // bytes/s, as it was before the trial
  uint64_t sent_ = 0;  // in this epoch
  Timestamp epoch_;
  bool contended_ = true;  // throughout the epoch
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_UPLOAD_WIDTH_H_
