#ifndef PEER5_CORE_TRACKER_FIFO_TIMERS_H_
#define PEER5_CORE_TRACKER_FIFO_TIMERS_H_

#include <deque>
#include <optional>
#include <utility>

#include "core/content/time.h"

namespace peer5 {

// Timers that all run for the same time, so that they come due in the order in
// which they were started: O(1) each. They can't be stopped; whoever handles
// one checks whether it still means anything.
template <typename T>
class FifoTimers {
 public:
  explicit FifoTimers(Duration length) : length_(length) {}

  void Start(Timestamp now, T what) {
    queue_.emplace_back(now + length_, std::move(what));
  }

  Timestamp next() const {
    return queue_.empty() ? Timestamp::Never() : queue_.front().first;
  }

  std::optional<T> TakeDue(Timestamp now) {
    if (next() > now) return std::nullopt;
    T what = std::move(queue_.front().second);
    queue_.pop_front();
    return what;
  }

 private:
  Duration length_;
  std::deque<std::pair<Timestamp, T>> queue_;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_FIFO_TIMERS_H_
