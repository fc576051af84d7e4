#ifndef PEER5_CORE_TRACKER_MATCHER_H_
#define PEER5_CORE_TRACKER_MATCHER_H_

#include <cstdint>
#include <vector>

#include "core/content/rng.h"
#include "core/content/time.h"
#include "core/tracker/pair_history.h"
#include "core/tracker/score.h"
#include "core/tracker/session.h"
#include "core/tracker/swarm.h"

namespace peer5 {

struct MatchOptions {
  MatchWeights weights{};
  // Of the peers offered, this part is drawn at random whatever its score:
  // clusters of near or like peers stay connected to the rest of the swarm.
  double random_part = 0.25;
  // At most this part are seeders, as long as others are to be had: newcomers
  // must meet each other for the seeders to be relieved.
  double seeder_part = 0.6;
  // Of a client with so many others near it (in its ISP, or nearer), no more
  // than these introductions cross to farther ones: enough to hold the swarm
  // together, and few of the bytes. Fewer are offered then than are wanted.
  uint32_t enough_near = 16;
  uint32_t far_links = 3;
  // A client with so many connections is full.
  uint32_t capacity = 30;
  // A pair that was introduced for the same swarm is not offered again before
  // this: by then an attempt has connected or failed. A client ignores those
  // that it is connected to.
  Duration retry_pair = Duration::Seconds(20);
};

// Chooses who should meet whom: draws a few dozen candidates at random, from
// all of the swarm and from the groups near the client, scores those, and takes
// the best and some random ones. The cost does not depend on the swarm's size.
class Matcher {
 public:
  Matcher(const MatchOptions& options, const PairHistory& history)
      : options_(options), history_(history) {}

  // Up to `want` present members of receiver's swarm, best first. Nobody is
  // introduced yet.
  std::vector<Member*> Pick(Timestamp now, Member& receiver, uint32_t want,
                            Rng& rng);

  // Whether a newcomer of this browser could connect to any present member, as
  // far as the browsers decide it.
  bool AnyCompatible(const Swarm& swarm, uint8_t vendor) const;

 private:
  struct Candidate {
    Member* member;
    double score;
  };
  // What PairHistory says of the receiver's browser with another.
  struct Chance {
    Browser browser;
    bool none = false;
    double rate = 0;
  };

  std::vector<Member*> DrawCandidates(Timestamp now, Member& receiver,
                                      Rng& rng);
  // Whom it was introduced to a short while ago is not drawn.
  void SpareRecent(Timestamp now, const Member& receiver);
  bool Eligible(const Member& receiver, const Member& candidate);
  const Chance& ChanceOf(const Member& receiver, const Member& candidate);
  bool PrefersNear() const { return options_.weights.locality > 0; }
  bool Full(const Member& member) const {
    return member.session->traits.connections >= options_.capacity;
  }
  std::vector<Candidate> Rank(Timestamp now, const Member& receiver,
                              const std::vector<Member*>& members);
  void TakeBest(const Member& receiver, std::vector<Candidate> ranked,
                uint32_t want, uint32_t far_left,
                std::vector<Member*>& chosen) const;
  static bool MayMeet(const Member& receiver, const Member& candidate,
                      uint32_t& far_left);
  // How many farther ones it may yet be introduced to.
  uint32_t FarLeft(const Member& receiver) const;

  MatchOptions options_;
  const PairHistory& history_;
  uint32_t samplings_ = 0;
  // Of this sampling's receiver: browsers of few kinds make up a swarm.
  std::vector<Chance> chances_;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_MATCHER_H_
