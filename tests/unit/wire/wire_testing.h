#ifndef PEER5_TESTS_UNIT_WIRE_WIRE_TESTING_H_
#define PEER5_TESTS_UNIT_WIRE_WIRE_TESTING_H_

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/frame.h"
#include "core/wire/writer.h"

namespace peer5 {

// "12 0000000C …" → bytes. Spaces are for the reader.
inline std::vector<uint8_t> Bytes(std::string_view hex) {
  std::vector<uint8_t> bytes;
  int high = -1;
  for (const char c : hex) {
    if (c == ' ' || c == '\n') continue;
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (high < 0) {
      high = digit;
    } else {
      bytes.push_back(static_cast<uint8_t>(high << 4 | digit));
      high = -1;
    }
  }
  return bytes;
}

// Same bytes as the vector, and back; no cut of it is taken for a whole
// message, except (for a list at the end, of `item` bytes each) where it ends
// between two items; nor is one with a byte too many.
template <typename Message>
void ExpectOnWire(const Message& message, std::string_view hex, size_t item = 0,
                  size_t list_start = 0) {
  const std::vector<uint8_t> wire = Bytes(hex);
  EXPECT_EQ(SerializeMessage(message), wire);

  FrameReader reader(wire);
  const auto frame = reader.Next();
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->tag, Message::kTag);
  const auto parsed = Message::Parse(frame->value);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(*parsed, message);
  EXPECT_FALSE(reader.Next().has_value());
  EXPECT_FALSE(reader.malformed());

  for (size_t cut = 0; cut < wire.size(); ++cut) {
    FrameReader cut_reader(absl::MakeConstSpan(wire).first(cut));
    EXPECT_FALSE(cut_reader.Next().has_value()) << cut;
    EXPECT_EQ(cut_reader.malformed(), cut > 0) << cut;
  }
  for (size_t cut = 0; cut < frame->value.size(); ++cut) {
    const bool whole =
        item > 0 && cut >= list_start && (cut - list_start) % item == 0;
    EXPECT_EQ(Message::Parse(frame->value.first(cut)).has_value(), whole)
        << "cut to " << cut;
  }
  std::vector<uint8_t> longer(frame->value.begin(), frame->value.end());
  longer.push_back(0);
  EXPECT_EQ(Message::Parse(longer).has_value(), item == 1);
}

}  // namespace peer5

#endif  // PEER5_TESTS_UNIT_WIRE_WIRE_TESTING_H_
