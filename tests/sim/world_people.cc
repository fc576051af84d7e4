// Who comes and goes, and who watches.

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/sim/world.h"

namespace peer5::sim {
namespace {

constexpr Duration kPlayerTick = Duration::Millis(250);
// A player starts, and goes on after a stall, with so many seconds in hand.
constexpr double kStartWith = 2.0;
constexpr double kGoOnWith = 1.0;

double Exponential(Rng& rng, double rate) {
  return -std::log(1 - rng.Unit()) / rate;
}

// `parts` of `n` each, in random order; what is left over gets the rest.
std::vector<uint8_t> Deal(uint32_t n, const std::vector<double>& parts,
                          uint8_t rest, Rng& rng) {
  std::vector<uint8_t> dealt;
  for (size_t kind = 0; kind < parts.size(); ++kind) {
    const auto count = static_cast<size_t>(std::lround(parts[kind] * n));
    dealt.resize(std::min<size_t>(n, dealt.size() + count),
                 static_cast<uint8_t>(kind));
  }
  dealt.resize(n, rest);
  for (uint32_t i = n; i > 1; --i) {
    std::swap(dealt[i - 1], dealt[rng.Below(i)]);
  }
  return dealt;
}

}  // namespace

void World::PlanArrivals() {
  const uint32_t n = scenario_.peers;
  std::vector<double> access;
  for (const AccessClass& one : scenario_.access) access.push_back(one.part);
  const auto last = static_cast<uint8_t>(access.size() - 1);
  access_dealt_ = Deal(n, access, last, rng_);
  // As Manner numbers them: honest ones are the rest.
  manner_dealt_ =
      Deal(n, {0, scenario_.liars, scenario_.free_riders, scenario_.stalled},
           static_cast<uint8_t>(Manner::kHonest), rng_);
  to_come_ = n;
  const double span = scenario_.arrival_span.seconds();
  double at = 0;
  for (uint32_t i = 0; i < n; ++i) {
    switch (scenario_.arrivals) {
      case Scenario::Arrivals::kFlash:
        at = rng_.Unit() * span;
        break;
      case Scenario::Arrivals::kStaggered:
        at = span * i / n;
        break;
      case Scenario::Arrivals::kPoisson:
        at += Exponential(rng_, scenario_.arrival_rate);
        break;
    }
    events_.Push(Timestamp() + Duration::FromSeconds(at), EventKind::kArrival);
  }
}

void World::ArriveNext() {
  if (to_come_ == 0) {
    Arrive(/*original=*/false);
    return;
  }
  --to_come_;
  Arrive(/*original=*/true);
}

NodeId World::Arrive(bool original) {
  const NodeId id = static_cast<NodeId>(nodes_.size());
  Node& node = nodes_.emplace_back();
  node.original = original;
  node.arrived = now_;
  const auto dealt = static_cast<uint32_t>(access_dealt_.size());
  node.access = access_dealt_[original ? originals_ : rng_.Below(dealt)];
  if (original) node.manner = static_cast<Manner>(manner_dealt_[originals_++]);
  const double nat = rng_.Unit();
  node.nat = nat < scenario_.nat.symmetric ? Nat::kSymmetric
             : nat < scenario_.nat.symmetric + scenario_.nat.cone ? Nat::kCone
                                                                  : Nat::kOpen;
  node.delay =
      scenario_.delay_min +
      Duration::FromSeconds(
          rng_.Unit() * (scenario_.delay_max - scenario_.delay_min).seconds());
  node.have = AvailabilityMap(info_->layout.num_blocks());
  const AccessClass& access = AccessOf(node);
  network_.AddNode(access.up, access.down);

  ClientOptions options;
  options.id = ClientId(rng_.Next() | 1);
  options.secret = rng_.Next();
  options.seed = rng_.Next();
  options.browser_vendor = 1;
  if (scenario_.max_peers > 0) options.max_peers = scenario_.max_peers;
  options.uploads = node.manner != Manner::kFreeRider;
  node.client = MakeClient(policy_, options, info_);
  if (Counts(node)) ++unfinished_;
  ++present_;
  sum_of_up_ += access.up;
  NotePopulation();
  Say(id, "comes");

  SwarmOptions swarm;
  swarm.url = info_->origin;
  swarm.strategy = scenario_.strategy;
  swarm.mode = scenario_.mode;
  node.client->Open(now_, swarm);
  Drain(id);
  // TCP, TLS and WebSocket handshakes.
  events_.Push(now_ + scenario_.tracker_delay * 4, EventKind::kTrackerUp, id);
  PlanDeparture(id);
  if (scenario_.video_rate > 0) {
    events_.Push(now_ + kPlayerTick, EventKind::kPlayer, id);
  }
  return id;
}

// Who must finish for the run to be over.
bool World::Counts(const Node& node) const {
  return node.original && node.manner == Manner::kHonest;
}

void World::PlanDeparture(NodeId id) {
  if (scenario_.churn == 0) return;
  const double stays = Exponential(rng_, scenario_.churn / 60);
  events_.Push(now_ + Duration::FromSeconds(stays), EventKind::kDeparture, id);
}

void World::Complete(NodeId id) {
  Node& node = nodes_[id];
  if (node.complete()) return;
  node.done = now_;
  node.http_when_done = node.http_bytes;
  ++completed_;
  if (Counts(node) && !node.failed) --unfinished_;
  Say(id, "is done");
  if (scenario_.leave_when_done) {
    events_.Push(now_ + scenario_.linger, EventKind::kDeparture, id);
  }
}

void World::Depart(NodeId id) {
  Node* node = Present(id);
  if (node == nullptr) return;
  const bool churned = scenario_.churn > 0;
  Leave(id, churned && rng_.Unit() < scenario_.crash_part);
  if (churned) {
    // Somebody else comes: the population keeps its size.
    events_.Push(now_ + Duration::FromSeconds(rng_.Unit()),
                 EventKind::kArrival);
  }
}

void World::Leave(NodeId id, bool crash) {
  Node& node = nodes_[id];
  Say(id, crash ? "crashes" : "leaves");
  if (!crash) {
    node.client->Close(now_);
    Drain(id);
  }
  const Duration notice = crash ? scenario_.crash_notice : Duration();
  for (const ConnectionId c : node.peers) {
    if (c == kNoConnection) continue;
    const Network::Connection& connection = network_.connection(c);
    HangUp(c, connection.side[0].node == Link(id) ? 0 : 1, notice);
  }
  for (const auto& [fetch, c] : node.fetches) origin_.Abort(now_, c);
  node.peers.clear();
  node.fetches.clear();
  if (node.tracked) {
    events_.Push(now_ + scenario_.tracker_delay + notice,
                 EventKind::kTrackerLost, id);
  }
  if (Counts(node) && !node.complete() && !node.failed) --unfinished_;
  node.gone = now_;
  node.client.reset();
  --present_;
  sum_of_up_ -= AccessOf(node).up;
  NotePopulation();
}

void World::NotePopulation() {
  population_.push_back({static_cast<double>(now_.micros()) / 1e6,
                         static_cast<double>(present_), sum_of_up_});
}

void World::NoteServerDeath() {
  death_noted_ = true;
  AvailabilityMap somewhere(info_->layout.num_blocks());
  for (const Node& node : nodes_) {
    if (!node.present()) continue;
    for (uint32_t b = 0; b < node.have.size(); ++b) {
      if (node.have.Has(BlockIndex(b))) somewhere.Set(BlockIndex(b));
    }
  }
  surviving_blocks_ = static_cast<double>(somewhere.count()) /
                      static_cast<double>(somewhere.size());
}

// --- the viewer
// ---------------------------------------------------------------

void World::Play(NodeId id) {
  Node* node = Present(id);
  if (node == nullptr || node->player.over) return;
  Player& player = node->player;
  const Layout& layout = info_->layout;
  while (player.whole < layout.num_blocks() &&
         node->have.Has(BlockIndex(player.whole))) {
    ++player.whole;
  }
  const bool all = player.whole == layout.num_blocks();
  const double end =
      all ? static_cast<double>(layout.size())
          : static_cast<double>(layout.BlockOffset(BlockIndex(player.whole)));
  const double rate = scenario_.video_rate;
  if (player.playing) {
    player.position += rate * (now_ - player.at).seconds();
    if (player.position >= end) {
      const double over = (player.position - end) / rate;
      player.position = end;
      player.over = all;
      player.playing = false;
      player.stalled_since = now_ - Duration::FromSeconds(over);
    }
  } else {
    const bool fresh = player.began == Timestamp();
    const double ahead = (end - player.position) / rate;
    if (all || ahead >= (fresh ? kStartWith : kGoOnWith)) {
      player.playing = true;
      if (fresh) player.began = now_;
      if (!fresh)
        player.stalled = player.stalled + (now_ - player.stalled_since);
    }
  }
  player.at = now_;
  if (player.over) return;
  const double ahead = (end - player.position) / rate;
  node->client->SetPlayback(now_, static_cast<uint64_t>(end),
                            now_ + Duration::FromSeconds(ahead), rate);
  Drain(id);
  events_.Push(now_ + kPlayerTick, EventKind::kPlayer, id);
}

}  // namespace peer5::sim
