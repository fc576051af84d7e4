#include "core/swarm/http_turns.h"

#include <algorithm>

namespace peer5 {
namespace {

// What reading a block should take: little beside the time in which a peer
// passes it on, and some round trips all the same.
constexpr Duration kTurn = Duration::Millis(2000);
constexpr Duration kLongestCycle = Duration::Seconds(120);
// It takes a moment until others' decisions show in one's own rate.
constexpr Duration kThrowEvery = Duration::Seconds(1);
// So many readers at least are expected to remain.
constexpr double kLeastReaders = 4;

}  // namespace

bool HttpTurns::GoOn(Timestamp now, Duration block_time, uint32_t readers,
                     Rng& rng) {
  if (block_time < kTurn * 2 || now - thrown_at_ < kThrowEvery) return true;
  thrown_at_ = now;
  const double chance = std::max(kTurn.seconds() / block_time.seconds(),
                                 kLeastReaders / std::max(1u, readers));
  if (rng.Unit() < chance) return true;
  cycle_ = std::min(block_time * 2, kLongestCycle);
  Hold(now, Duration::FromSeconds(cycle_.seconds() * rng.Unit()));
  return false;
}

void HttpTurns::OnBlock(Timestamp now, Duration took, Rng& rng) {
  // What one's own path allows is no sign of a crowd.
  best_ = std::min(best_, took);
  const double due = std::max(kTurn.seconds(), best_.seconds() * 1.25);
  const double change = std::clamp(took.seconds() / due, 0.5, 4.0);
  cycle_ =
      std::min(Duration::FromSeconds(std::max(cycle_, took).seconds() * change),
               kLongestCycle);
  if (cycle_ <= took) return;
  Hold(now,
       Duration::FromSeconds((cycle_ - took).seconds() * (0.5 + rng.Unit())));
}

void HttpTurns::Hold(Timestamp now, Duration time) {
  held_at_ = now;
  hold_until_ = now + time;
}

}  // namespace peer5
