#ifndef PEER5_CORE_TRACKER_AVAILABILITY_SKETCH_H_
#define PEER5_CORE_TRACKER_AVAILABILITY_SKETCH_H_

#include <array>
#include <cstdint>

#include "core/content/availability_map.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace peer5 {

// Which parts of a resource a client has, in 32 bytes however large its
// availability map is: exact up to 256 blocks (most resources, by the default
// block size), above that one bit for each 256th of the resource, set when all
// of it is there. A tracker keeps one for each member of each swarm.
class AvailabilitySketch {
 public:
  AvailabilitySketch() = default;
  static AvailabilitySketch Of(const AvailabilityMap& map);
  static AvailabilitySketch Everything();

  // The part of the resource, 0 to 1, that `giver` has and `taker` lacks.
  static double Offers(const AvailabilitySketch& giver,
                       const AvailabilitySketch& taker);

  // How many bits mean something (2) | bits (32).
  static AvailabilitySketch Parse(Reader& reader);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const AvailabilitySketch&,
                         const AvailabilitySketch&) = default;

 private:
  static constexpr uint32_t kBits = 256;

  // How many bits mean something; 0: nothing was ever reported, which counts
  // as having nothing. Everything() has all, so that it covers any other.
  uint16_t used_ = 0;
  std::array<uint64_t, kBits / 64> bits_{};
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_AVAILABILITY_SKETCH_H_
