#ifndef PEER5_CORE_TRACKER_SCORE_H_
#define PEER5_CORE_TRACKER_SCORE_H_

#include "core/content/time.h"
#include "core/tracker/traits.h"

namespace peer5 {

// How much each of the slides' factors counts. Every factor is 0 to 1, so the
// weights compare directly.
struct MatchWeights {
  double chunks = 3;      // has what the other lacks
  double locality = 4;    // location, ISP and local network
  double bandwidth = 1;   // what it has been seen to upload
  double load = 0.5;      // its machine has time left
  double room = 2;        // few connections so far
  double lifetime = 0.5;  // who has stayed long stays longer
  double congestion = 0.5;
  double metered = 1;  // not on a mobile plan
  double share = 0.5;  // has given as much as it took
};

// One side of a possible match.
struct Party {
  const ClientTraits& client;
  const SharingTraits& share;
};

// Whether bytes could ever flow between the two, in either direction.
bool CanHelp(const Party& a, const Party& b);

// How good it would be for `receiver` to be connected to `candidate`: the
// weighted sum of the factors. `capacity` is the number of connections at which
// a client is full.
double Score(Timestamp now, const Party& receiver, const Party& candidate,
             const MatchWeights& weights, uint32_t capacity);

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_SCORE_H_
