#ifndef PEER5_CORE_TRACKER_TRAITS_H_
#define PEER5_CORE_TRACKER_TRAITS_H_

#include <cstdint>

#include "core/content/time.h"
#include "core/tracker/address.h"
#include "core/tracker/availability_sketch.h"
#include "core/tracker/pair_history.h"

namespace peer5 {

// What matching weighs of a client over all its swarms. It says these things
// of itself, so a liar can make itself more or less popular, and no more.
struct ClientTraits {
  ClientAddress address;
  Browser browser;
  bool metered = false;  // on a mobile plan, or told to save data
  bool uploads = true;
  bool reported = false;  // what follows has been heard at least once
  uint8_t load = 0;       // of its machine: 0 idle, as most are, 255 saturated
  double up_rate = 0;     // bytes/s that it sends to peers, the best it showed
  double loss = 0;        // part of chunks lost, 0 to 1
  Duration delay;         // answer time of its connections, on average
  uint64_t uploaded = 0;
  uint64_t downloaded = 0;  // from peers
  // Connections it has reported, and introductions made since.
  uint32_t connections = 0;
  Timestamp since;  // when it came
};

// And of its part in one swarm.
struct SharingTraits {
  AvailabilitySketch have;
  bool seeder = false;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_TRAITS_H_
