#ifndef PEER5_CORE_WIRE_UTF8_H_
#define PEER5_CORE_WIRE_UTF8_H_

#include <cstdint>

#include "absl/types/span.h"

namespace peer5 {

// Whether the bytes are well-formed UTF-8 (RFC 3629, section 4): no overlong
// forms, no surrogates, nothing above U+10FFFF.
bool IsUtf8(absl::Span<const uint8_t> bytes);

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_UTF8_H_
