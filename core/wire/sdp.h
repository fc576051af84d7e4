#ifndef PEER5_CORE_WIRE_SDP_H_
#define PEER5_CORE_WIRE_SDP_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/wire/writer.h"

namespace peer5 {

enum class SdpKind : uint8_t {
  kOffer = 0,  // text: the SDP
  kAnswer = 1,
  kCandidate = 2,        // text: the RTCIceCandidateInit as JSON
  kEndOfCandidates = 3,  // no text
  kDecline = 4,          // no text: over capacity, don't wait for an answer
};
inline constexpr uint8_t kLastSdpKind = 4;

// A session description or ICE candidate from one client to another, relayed by
// the tracker between clients that it has matched.
//
//   origin (8) | dest (8) | kind (1) | text (string)
struct Sdp {
  static constexpr uint8_t kTag = 0x31;

  // A description with every candidate in it is a few KB.
  static constexpr size_t kMaxText = 16 * 1024;

  ClientId origin;
  ClientId dest;
  SdpKind kind = SdpKind::kOffer;
  std::string text;

  static std::optional<Sdp> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const Sdp&, const Sdp&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_SDP_H_
