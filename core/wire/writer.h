#ifndef PEER5_CORE_WIRE_WRITER_H_
#define PEER5_CORE_WIRE_WRITER_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"

namespace peer5 {

// Writes messages one behind the other: big-endian integers, each message in
// its frame.
class Writer {
 public:
  // Between Begin and End stands a message's value; End fills its length in.
  void Begin(uint8_t tag);
  void End();

  void U8(uint8_t value) { Integer(value, 1); }
  void U16(uint16_t value) { Integer(value, 2); }
  void U32(uint32_t value) { Integer(value, 4); }
  void U64(uint64_t value) { Integer(value, 8); }
  void Bool(bool value) { U8(value ? 1 : 0); }
  // A u16 length and the bytes; what is beyond `max` is cut off, at a
  // character's edge.
  void String(std::string_view text, size_t max);
  void Bytes(absl::Span<const uint8_t> bytes);

  std::vector<uint8_t> Take() { return std::move(bytes_); }

 private:
  void Integer(uint64_t value, int bytes);

  std::vector<uint8_t> bytes_;
  size_t length_at_ = 0;
};

// One message by itself, framed.
template <typename Message>
std::vector<uint8_t> SerializeMessage(const Message& message) {
  Writer writer;
  message.SerializeTo(writer);
  return writer.Take();
}

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_WRITER_H_
