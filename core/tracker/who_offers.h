#ifndef PEER5_CORE_TRACKER_WHO_OFFERS_H_
#define PEER5_CORE_TRACKER_WHO_OFFERS_H_

#include "core/tracker/pair_history.h"

namespace peer5 {

enum class Offerer { kNewcomer, kMember };

// Which of two clients makes the offer, from their browsers. The newcomer
// does, so that a member isn't kept busy by each who comes; but between
// Chromium and Firefox the direction decides how fast they connect (one way
// took 8.8 s, the other 0.2 s), so there the browsers decide.
Offerer WhoOffers(Browser newcomer, Browser member);

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_WHO_OFFERS_H_
