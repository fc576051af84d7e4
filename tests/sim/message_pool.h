#ifndef PEER5_TESTS_SIM_MESSAGE_POOL_H_
#define PEER5_TESTS_SIM_MESSAGE_POOL_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "core/content/ids.h"

namespace peer5::sim {

inline constexpr uint32_t kNoMessage = UINT32_MAX;

// Something under way between two nodes, or between a node and the tracker.
struct Message {
  enum class Kind : uint8_t {
    kControl,  // `bytes`
    kData,     // a chunk: its header follows from prefix, chunk and length
    kHttpHead,
    kHttpBody,
    kHttpEnd,
  };
  Kind kind = Kind::kControl;
  bool tainted = false;     // a chunk with a wrong byte in it
  uint8_t from = 0;         // the sending side of its connection
  uint32_t connection = 0;  // or the node, for the tracker's messages
  uint32_t tag = 0;     // of the connection, which may end before it arrives
  uint32_t length = 0;  // on the wire
  uint32_t next = kNoMessage;
  SwarmPrefix prefix;
  ChunkIndex chunk;
  std::vector<uint8_t> bytes;
};

// Keeps messages by number and reuses their places.
class MessagePool {
 public:
  uint32_t Add(Message message) {
    if (free_ == kNoMessage) Grow();
    const uint32_t place = free_;
    free_ = (*this)[place].next;
    message.next = kNoMessage;
    (*this)[place] = std::move(message);
    ++size_;
    return place;
  }
  void Free(uint32_t place) {
    Message& message = (*this)[place];
    message.bytes = {};
    message.next = free_;
    free_ = place;
    --size_;
  }
  Message& operator[](uint32_t place) {
    return slabs_[place / kSlab][place % kSlab];
  }
  size_t size() const { return size_; }

 private:
  static constexpr uint32_t kSlab = 4096;

  void Grow() {
    const uint32_t first = static_cast<uint32_t>(slabs_.size()) * kSlab;
    slabs_.push_back(std::make_unique<Message[]>(kSlab));
    for (uint32_t i = kSlab; i-- > 0;) {
      slabs_.back()[i].next = free_;
      free_ = first + i;
    }
  }

  std::vector<std::unique_ptr<Message[]>> slabs_;
  uint32_t free_ = kNoMessage;
  size_t size_ = 0;
};

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_MESSAGE_POOL_H_
