#ifndef PEER5_CORE_TRACKER_ADDRESS_H_
#define PEER5_CORE_TRACKER_ADDRESS_H_

#include <array>
#include <compare>
#include <cstdint>

namespace peer5 {

// Where a client is on the network, as far as the caller can tell.
struct ClientAddress {
  // IPv6, or IPv4 mapped into it (::ffff:a.b.c.d, RFC 4291 section 2.5.5.2).
  std::array<uint8_t, 16> ip{};
  uint32_t asn = 0;      // number of its autonomous system; 0: not known
  uint16_t country = 0;  // ISO 3166 letters, the first one in the high byte

  friend bool operator==(const ClientAddress&, const ClientAddress&) = default;
};

// How near two clients are to each other, the farthest first.
enum class Locality : uint8_t {
  kAnywhere = 0,
  kCountry = 1,
  kIsp = 2,      // the same autonomous system
  kPrefix = 3,   // the same IPv4 /24 or IPv6 /48
  kNetwork = 4,  // the same IPv4 address or IPv6 /64: behind one router
};
inline constexpr int kNumLocalities = 5;

// Names the group of all clients that are that near to each other: two clients
// have equal keys of a kind exactly if they are in the same group.
struct LocalityKey {
  Locality kind = Locality::kAnywhere;
  uint64_t group = 0;

  friend auto operator<=>(const LocalityKey&, const LocalityKey&) = default;
};

LocalityKey KeyOf(const ClientAddress& address, Locality kind);
// False where nothing is known, so that the group would mean nothing.
bool HasKey(const ClientAddress& address, Locality kind);

// The nearest group that both are in.
Locality Between(const ClientAddress& a, const ClientAddress& b);

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_ADDRESS_H_
