#include "core/wire/utf8.h"

#include <cstddef>

namespace peer5 {
namespace {

struct Form {
  uint8_t mask;       // of the first byte: which bits tell the form
  uint8_t mark;       // what they are
  int continuations;  // bytes that follow
  uint32_t least;     // the smallest code point this form may carry
};

constexpr Form kForms[] = {
    {0x80, 0x00, 0, 0x0},
    {0xE0, 0xC0, 1, 0x80},
    {0xF0, 0xE0, 2, 0x800},
    {0xF8, 0xF0, 3, 0x10000},
};

// The length of the code point at the start, or 0.
size_t CodePointLength(absl::Span<const uint8_t> bytes) {
  for (const Form& form : kForms) {
    if ((bytes[0] & form.mask) != form.mark) continue;
    const size_t length = 1 + static_cast<size_t>(form.continuations);
    if (bytes.size() < length) return 0;
    uint32_t point = bytes[0] & static_cast<uint8_t>(~form.mask);
    for (size_t i = 1; i < length; ++i) {
      if ((bytes[i] & 0xC0) != 0x80) return 0;
      point = point << 6 | (bytes[i] & 0x3F);
    }
    const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    return point >= form.least && point <= 0x10FFFF && !surrogate ? length : 0;
  }
  return 0;
}

}  // namespace

bool IsUtf8(absl::Span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const size_t length = CodePointLength(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace peer5
