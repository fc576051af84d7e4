#ifndef PEER5_TESTS_SIM_EVENT_QUEUE_H_
#define PEER5_TESTS_SIM_EVENT_QUEUE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/content/time.h"

namespace peer5::sim {

enum class EventKind : uint8_t {
  kUplinkFree,    // a: node
  kPaceOver,      // a: connection, b: its tag and side
  kArrive,        // a: message, at the receiver's downlink
  kDelivered,     // a: message
  kTimer,         // a: node whose client's deadline it is
  kVerified,      // a: node, b: block
  kOfferReady,    // a: connection, b: tag and side, and so below
  kAnswerReady,   //
  kConnected,     //
  kCannotPair,    //
  kPeerGone,      //
  kHttpRequest,   //
  kHttpAborted,   //
  kHttpBroken,    //
  kHttpResumed,   //
  kToTracker,     // a: message
  kFromTracker,   // a: message
  kTrackerTimer,  //
  kResource,      // the tracker has hashed the file
  kArrival,       // the next of the population
  kTrackerUp,     // a: node
  kTrackerLost,   // a: node whose crash the tracker notices
  kDeparture,     // a: node
  kPlayer,        // a: node
  kServerChange,  //
  kSecond,        // once a second, to sample
};

struct Event {
  Timestamp time;
  EventKind kind;
  uint32_t a;
  uint32_t b;
};

// A calendar queue: events of the next seconds lie in lists by time slot, so
// that adding one costs the same with a hundred as with ten million under way;
// a slot is sorted when its time comes. Events of one time come out in the
// order in which they went in, which makes a run repeatable.
class EventQueue {
 public:
  EventQueue();

  void Push(Timestamp time, EventKind kind, uint32_t a = 0, uint32_t b = 0);
  // The next event; the queue must not be empty.
  Event Pop();
  // The event that comes so many after the next, if it is known: others may
  // still be put before it.
  bool Peek(size_t ahead, Event& event) const {
    if (ahead >= open_.size()) return false;
    event = EventOf(open_[open_.size() - 1 - ahead]);
    return true;
  }
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  uint64_t pushed() const { return pushed_; }

 private:
  // A slot is 256 µs, all slots together 4.2 s.
  static constexpr int kSlotBits = 8;
  static constexpr size_t kSlots = 1 << 14;
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Entry {
    int64_t time;
    uint64_t order_and_kind;
    uint32_t a;
    uint32_t b;
  };
  // Some of a slot's events, in no order: in batches, because following a
  // list costs more than reading on.
  struct Batch {
    std::array<Entry, 7> entries;
    uint32_t count = 0;
    uint32_t next = kNone;
  };
  struct Later {
    bool operator()(const Entry& x, const Entry& y) const {
      return x.time != y.time ? x.time > y.time
                              : x.order_and_kind > y.order_and_kind;
    }
  };

  static Event EventOf(const Entry& entry) {
    return {Timestamp::Micros(entry.time),
            static_cast<EventKind>(entry.order_and_kind & 0xff), entry.a,
            entry.b};
  }
  void Place(const Entry& entry);
  uint32_t NewBatch(uint32_t next);
  void OpenNextSlot();

  std::vector<Entry> open_;  // the open slot's events, the next at the end
  std::vector<Entry> late_;  // a heap: those that came when it was open
  int64_t open_slot_ = 0;
  std::vector<uint32_t> slots_;  // heads of lists in batches_
  std::vector<Batch> batches_;
  uint32_t free_ = kNone;
  std::vector<Entry> far_;  // a heap: events beyond all slots
  size_t size_ = 0;
  uint64_t pushed_ = 0;
};

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_EVENT_QUEUE_H_
