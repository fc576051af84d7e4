#ifndef PEER5_CORE_TRACKER_CONNECT_FIGURES_H_
#define PEER5_CORE_TRACKER_CONNECT_FIGURES_H_

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/container/btree_map.h"
#include "core/tracker/address.h"

namespace peer5 {

// The farthest way to be reached that a client has told another. The tracker
// can't see NATs, but it relays the candidates that they shape: host alone
// means that no STUN server answered, or that there is none.
enum class CandidateType : uint8_t {
  kNone = 0,
  kHost = 1,
  kReflexive = 2,
  kRelayed = 3,
};
inline constexpr size_t kNumCandidateTypes = 4;

// The farthest type in a session description or an ICE candidate (RFC 8839,
// section 5.1).
CandidateType FarthestIn(std::string_view text);

// A country and ISP, zeros where unknown.
struct Place {
  uint16_t country = 0;
  uint32_t asn = 0;

  static Place Of(const ClientAddress& address) {
    return {.country = address.country, .asn = address.asn};
  }
  friend auto operator<=>(const Place&, const Place&) = default;
};

// How often connections came about, for the operator only: nothing is decided
// by it. Counts since the start, of no client.
class ConnectFigures {
 public:
  struct Tally {
    uint64_t connected = 0;
    uint64_t failed = 0;
  };

  struct Side {
    CandidateType type;
    Place place;
  };
  void Observe(const Side& a, const Side& b, bool connected);

  // In either order.
  const Tally& ByTypes(CandidateType a, CandidateType b) const;
  Tally ByPlace(const Place& place) const;

 private:
  // Countries times the larger ISPs; what comes later isn't counted by place.
  static constexpr size_t kMaxPlaces = 4096;

  static size_t Slot(CandidateType a, CandidateType b);
  void AddPlace(const Place& place, bool connected);

  std::array<Tally, kNumCandidateTypes * kNumCandidateTypes> by_types_{};
  absl::btree_map<Place, Tally> by_place_;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_CONNECT_FIGURES_H_
