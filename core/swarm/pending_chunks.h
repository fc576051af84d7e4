#ifndef PEER5_CORE_SWARM_PENDING_CHUNKS_H_
#define PEER5_CORE_SWARM_PENDING_CHUNKS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/content/ids.h"
#include "core/content/time.h"

namespace peer5 {

// A chunk asked of one peer and not yet answered.
struct PendingChunk {
  ChunkIndex chunk;
  uint32_t length = 0;
  Timestamp sent;
  // Payload bytes the peer had delivered when it was asked.
  uint64_t delivered_before = 0;
};

// Those of one link, oldest first. Answers come nearly in order, so looking
// from the front and keeping a head index makes each step cheap.
class PendingChunks {
 public:
  bool empty() const { return head_ == list_.size(); }
  size_t size() const { return list_.size() - head_; }
  const PendingChunk& operator[](size_t i) const { return list_[head_ + i]; }

  void Push(const PendingChunk& pending) { list_.push_back(pending); }
  // Its place, or nullopt.
  std::optional<size_t> Find(ChunkIndex chunk) const {
    for (size_t i = 0; i < size(); ++i) {
      if ((*this)[i].chunk == chunk) return i;
    }
    return std::nullopt;
  }
  void Erase(size_t i) {
    if (i == 0) {
      ++head_;
    } else {
      list_.erase(list_.begin() + static_cast<ptrdiff_t>(head_ + i));
    }
    if (head_ == list_.size() || head_ > kMaxSlack) {
      list_.erase(list_.begin(), list_.begin() + static_cast<ptrdiff_t>(head_));
      head_ = 0;
    }
  }
  void Clear() {
    list_.clear();
    head_ = 0;
  }

 private:
  // Answered entries kept in front before the list is compacted.
  static constexpr size_t kMaxSlack = 64;

  std::vector<PendingChunk> list_;
  size_t head_ = 0;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_PENDING_CHUNKS_H_
