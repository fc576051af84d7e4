#ifndef PEER5_CORE_TRACKER_OUTBOX_H_
#define PEER5_CORE_TRACKER_OUTBOX_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/types/span.h"
#include "core/content/time.h"
#include "core/tracker/fifo_timers.h"
#include "core/tracker/handles.h"

namespace peer5 {

// Messages for one socket that go out together as one WebSocket message: a
// write costs the system far more than the bytes in it. What can wait goes with
// the next that can't, or alone when it has waited long enough.
class Outbox {
 public:
  // An offer takes less to come, which is what news that can wait wait for.
  static constexpr Duration kHold = Duration::Millis(1000);

  using Parcel = std::pair<ConnHandle, std::vector<uint8_t>>;

  void Put(Timestamp now, ConnHandle conn, absl::Span<const uint8_t> message,
           bool can_wait);
  // All that can't wait, what waits with it, and what has waited enough: the
  // sockets in the order in which they came to be due.
  std::vector<Parcel> TakeDue(Timestamp now);
  // All for this socket, which is about to be closed: perhaps why.
  std::vector<uint8_t> TakeAll(ConnHandle conn);
  // The socket is gone.
  void Forget(ConnHandle conn) { boxes_.erase(conn); }

  // When to take what waits now, at the latest.
  Timestamp deadline() const;

 private:
  struct Box {
    std::vector<uint8_t> bytes;
    Timestamp held_until;
    bool due = false;
  };

  // Only those with something in them.
  absl::btree_map<ConnHandle, Box> boxes_;
  std::vector<ConnHandle> due_;
  FifoTimers<ConnHandle> holds_{kHold};
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_OUTBOX_H_
