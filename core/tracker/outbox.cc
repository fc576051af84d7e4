#include "core/tracker/outbox.h"

namespace peer5 {
namespace {

// A few introductions.
constexpr size_t kUsualSize = 192;
// What has waited is looked at so often: each look costs the caller a timer.
constexpr int64_t kLookEveryMicros = 20'000;

}  // namespace

void Outbox::Put(Timestamp now, ConnHandle conn,
                 absl::Span<const uint8_t> message, bool can_wait) {
  Box& box = boxes_[conn];
  if (box.bytes.empty()) box.bytes.reserve(kUsualSize);
  box.bytes.insert(box.bytes.end(), message.begin(), message.end());
  if (box.due) return;
  if (!can_wait) {
    box.due = true;
    due_.push_back(conn);
  } else if (box.held_until == Timestamp()) {
    box.held_until = now + kHold;
    holds_.Start(now, conn);
  }
}

std::vector<Outbox::Parcel> Outbox::TakeDue(Timestamp now) {
  while (const auto conn = holds_.TakeDue(now)) {
    const auto box = boxes_.find(*conn);
    // It may have been emptied and filled again since.
    if (box == boxes_.end() || box->second.due) continue;
    if (box->second.held_until <= now) due_.push_back(*conn);
  }
  std::vector<Parcel> parcels;
  parcels.reserve(due_.size());
  for (const ConnHandle conn : due_) {
    std::vector<uint8_t> bytes = TakeAll(conn);
    if (!bytes.empty()) parcels.emplace_back(conn, std::move(bytes));
  }
  due_.clear();
  return parcels;
}

std::vector<uint8_t> Outbox::TakeAll(ConnHandle conn) {
  const auto box = boxes_.find(conn);
  if (box == boxes_.end()) return {};
  std::vector<uint8_t> bytes = std::move(box->second.bytes);
  boxes_.erase(box);
  return bytes;
}

Timestamp Outbox::deadline() const {
  const Timestamp next = holds_.next();
  if (next == Timestamp::Never()) return next;
  const int64_t looks =
      (next.micros() + kLookEveryMicros - 1) / kLookEveryMicros;
  return Timestamp::Micros(looks * kLookEveryMicros);
}

}  // namespace peer5
