#ifndef PEER5_CORE_CONTENT_SHA256_H_
#define PEER5_CORE_CONTENT_SHA256_H_

#include <cstdint>

#include "absl/types/span.h"
#include "core/content/ids.h"

namespace peer5 {

// SHA-256 (FIPS 180-4), incrementally. Browsers hash with crypto.subtle where
// they can; this serves roots, tests, and pages without a secure context.
class Sha256 {
 public:
  Sha256();
  void Update(absl::Span<const uint8_t> bytes);
  // Ends the message; the object must not be used afterwards.
  Hash Finish();

  static Hash Of(absl::Span<const uint8_t> bytes);

 private:
  void Compress(const uint8_t* block);

  uint32_t state_[8];
  uint8_t buffer_[64];
  uint32_t buffered_ = 0;
  uint64_t length_ = 0;
};

}  // namespace peer5

#endif  // PEER5_CORE_CONTENT_SHA256_H_
