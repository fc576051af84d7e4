#include "tests/sim/event_queue.h"

#include <algorithm>

namespace peer5::sim {

EventQueue::EventQueue() : slots_(kSlots, kNone) {}

void EventQueue::Push(Timestamp time, EventKind kind, uint32_t a, uint32_t b) {
  ++size_;
  Place({time.micros(), pushed_++ << 8 | static_cast<uint64_t>(kind), a, b});
}

void EventQueue::Place(const Entry& entry) {
  const int64_t slot = entry.time >> kSlotBits;
  if (slot <= open_slot_) {
    late_.push_back(entry);
    std::push_heap(late_.begin(), late_.end(), Later());
  } else if (slot < open_slot_ + static_cast<int64_t>(kSlots)) {
    uint32_t& head = slots_[static_cast<size_t>(slot) % kSlots];
    if (head == kNone ||
        batches_[head].count == batches_[head].entries.size()) {
      head = NewBatch(head);
    }
    Batch& batch = batches_[head];
    batch.entries[batch.count++] = entry;
  } else {
    far_.push_back(entry);
    std::push_heap(far_.begin(), far_.end(), Later());
  }
}

uint32_t EventQueue::NewBatch(uint32_t next) {
  uint32_t place = free_;
  if (place == kNone) {
    place = static_cast<uint32_t>(batches_.size());
    batches_.emplace_back();
  } else {
    free_ = batches_[place].next;
  }
  batches_[place].count = 0;
  batches_[place].next = next;
  return place;
}

void EventQueue::OpenNextSlot() {
  ++open_slot_;
  // With nothing near, go straight to the first of the far ones.
  if (size_ == far_.size()) {
    open_slot_ = std::max(open_slot_, far_.front().time >> kSlotBits);
  }
  uint32_t& head = slots_[static_cast<size_t>(open_slot_) % kSlots];
  while (head != kNone) {
    Batch& batch = batches_[head];
    open_.insert(open_.end(), batch.entries.begin(),
                 batch.entries.begin() + batch.count);
    const uint32_t next = batch.next;
    batch.next = free_;
    free_ = head;
    head = next;
  }
  std::sort(open_.begin(), open_.end(), Later());
  const int64_t end = open_slot_ + static_cast<int64_t>(kSlots);
  while (!far_.empty() && far_.front().time >> kSlotBits < end) {
    std::pop_heap(far_.begin(), far_.end(), Later());
    const Entry entry = far_.back();
    far_.pop_back();
    Place(entry);
  }
}

Event EventQueue::Pop() {
  while (open_.empty() && late_.empty()) OpenNextSlot();
  --size_;
  if (late_.empty() ||
      (!open_.empty() && Later()(late_.front(), open_.back()))) {
    const Entry entry = open_.back();
    open_.pop_back();
    return EventOf(entry);
  }
  std::pop_heap(late_.begin(), late_.end(), Later());
  const Entry entry = late_.back();
  late_.pop_back();
  return EventOf(entry);
}

}  // namespace peer5::sim
