#include "tests/sim/report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/sim/bounds.h"

namespace peer5::sim {
namespace {

double Seconds(Timestamp t) { return static_cast<double>(t.micros()) / 1e6; }

double Quantile(const std::vector<double>& sorted, double q) {
  if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double place = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = place - static_cast<double>(below);
  return sorted[below] * (1 - part) + sorted[above] * part;
}

double Share(double part, double whole) { return whole > 0 ? part / whole : 0; }

// Those that the scenario's promises are about: honest, of the first
// population, and staying until they are done.
bool Stayed(const Node& node) {
  return node.original && node.manner == Manner::kHonest &&
         (node.complete() || node.present());
}

// The population a static bound is about: everyone who came at first.
struct Crowd {
  double peers = 0;
  double sum_of_up = 0;
  double slowest_down = std::numeric_limits<double>::infinity();
  double fastest_down = 0;
};

Crowd CrowdOf(const World& world) {
  Crowd crowd;
  for (const Node& node : world.nodes()) {
    if (!node.original) continue;
    const AccessClass& access = world.AccessOf(node);
    ++crowd.peers;
    crowd.sum_of_up += access.up;
    crowd.slowest_down = std::min(crowd.slowest_down, access.down);
    crowd.fastest_down = std::max(crowd.fastest_down, access.down);
  }
  return crowd;
}

void MeasureTimes(const World& world, Result& result) {
  uint32_t failed = 0;
  for (const Node& node : world.nodes()) {
    if (!Stayed(node)) continue;
    ++result.stayed;
    failed += node.failed ? 1 : 0;
    if (node.complete()) {
      result.completion_times.push_back((node.done - node.arrived).seconds());
    }
  }
  std::vector<double>& times = result.completion_times;
  std::sort(times.begin(), times.end());
  result.Set("first", Quantile(times, 0));
  result.Set("median", Quantile(times, 0.5));
  result.Set("p95", Quantile(times, 0.95));
  result.Set("last", Quantile(times, 1));
  result.Set("completed",
             Share(static_cast<double>(times.size()), result.stayed));
  result.Set("failed", failed);
}

// The time a crowd needs from the first arrival on, over its bound.
void MeasureCrowd(const World& world, Result& result) {
  const Scenario& s = world.scenario();
  const Crowd crowd = CrowdOf(world);
  const double file = static_cast<double>(s.size);
  result.bound = KumarRossBound(file, s.server, crowd.slowest_down, crowd.peers,
                                crowd.sum_of_up);
  // A crowd is there as a whole once the last has come.
  Timestamp last_done;
  Timestamp last_come;
  for (const Node& node : world.nodes()) {
    if (!Stayed(node)) continue;
    last_come = std::max(last_come, node.arrived);
    last_done = std::max(last_done, node.complete() ? node.done : world.now());
  }
  result.Set("bound", result.bound);
  // Of a crowd that has all left there is nothing to say.
  result.Set("lastOverBound", result.stayed > 0
                                  ? Seconds(last_done) / result.bound
                                  : std::numeric_limits<double>::quiet_NaN());
  for (const char* name : {"first", "median", "p95"}) {
    result.Set(std::string(name) + "OverBound",
               result.Get(name) / result.bound);
  }
  if (s.access.size() < 2) return;
  const double own = OwnBound(file, s.server, crowd.fastest_down, crowd.peers,
                              crowd.sum_of_up);
  double slowest_of_fast = 0;
  for (const Node& node : world.nodes()) {
    if (!Stayed(node) || world.AccessOf(node).down < crowd.fastest_down) {
      continue;
    }
    const Timestamp done = node.complete() ? node.done : world.now();
    slowest_of_fast =
        std::max(slowest_of_fast, (done - node.arrived).seconds());
  }
  result.Set("fastOverOwnBound", slowest_of_fast / own);
}

// Each peer over what the population of its time allowed it.
void MeasurePopulation(const World& world, Result& result) {
  const Scenario& s = world.scenario();
  std::vector<double> ratios;
  std::vector<double> bounds;
  for (const Node& node : world.nodes()) {
    if (!Stayed(node)) continue;
    const double arrived = Seconds(node.arrived);
    const AccessClass& access = world.AccessOf(node);
    const double bound = PopulationBound(world.population(), arrived,
                                         static_cast<double>(s.size), s.server,
                                         access.down, access.up);
    const Timestamp done = node.complete() ? node.done : world.now();
    ratios.push_back((Seconds(done) - arrived) / bound);
    bounds.push_back(bound);
  }
  std::sort(ratios.begin(), ratios.end());
  std::sort(bounds.begin(), bounds.end());
  result.bound = Quantile(bounds, 0.5);
  result.Set("bound", result.bound);
  result.Set("lastOverBound", Quantile(ratios, 1));
  result.Set("firstOverBound", Quantile(ratios, 0));
  result.Set("medianOverBound", Quantile(ratios, 0.5));
  result.Set("p95OverBound", Quantile(ratios, 0.95));
}

void MeasureBytes(const World& world, Result& result) {
  double http = 0;
  double peers = 0;
  double received = 0;
  double present = 0;
  std::vector<double> shares;
  for (NodeId id = 0; id < world.nodes().size(); ++id) {
    const Node& node = world.nodes()[id];
    http += static_cast<double>(node.http_bytes);
    peers += static_cast<double>(node.peer_bytes);
    received += static_cast<double>(node.payload_bytes);
    present += node.original ? 1 : 0;
    const bool counts = node.complete() && node.manner == Manner::kHonest;
    if (!counts) continue;
    shares.push_back(static_cast<double>(world.uploaded(id)) /
                     static_cast<double>(world.scenario().size));
  }
  const Network::Totals& totals = world.network().totals();
  const double server = static_cast<double>(totals.http_bytes);
  const double delivered = http + peers;
  const double offload = delivered > 0 ? 1 - server / delivered : 0;
  std::sort(shares.begin(), shares.end());
  result.Set("offload", offload);
  result.Set("offloadOverMax", offload / ((present - 1) / present));
  result.Set("waste", Share(received + server - delivered, delivered));
  result.Set("peerWaste", Share(received - peers, delivered));
  result.Set("serverCopies",
             server / static_cast<double>(world.scenario().size));
  result.Set("controlPerByte",
             Share(static_cast<double>(totals.control_bytes), delivered));
  result.Set("messagesPerMiB",
             Share(static_cast<double>(totals.data_messages +
                                       totals.control_messages) *
                       1048576,
                   delivered));
  result.Set("shareRatioP10", Quantile(shares, 0.1));
  result.Set("shareRatioP90", Quantile(shares, 0.9));
}

// Of the uplinks of those present, until the median peer is done: later, the
// crowd's own need falls.
void MeasureUse(const World& world, Result& result) {
  double used = 0;
  double could = 0;
  for (const Second& second : world.record().seconds) {
    if (second.completed * 2 > second.present) break;
    used += static_cast<double>(second.peer_payload);
    could += second.capacity;
  }
  result.Set("uplinkUse", Share(used, could));
}

// How much of what peers send crosses from one ISP to another, and in how many
// parts the mesh was at worst.
void MeasureLocality(const World& world, Result& result) {
  if (world.scenario().isps == 0) return;
  double crossed = 0;
  double received = 0;
  for (const Node& node : world.nodes()) {
    crossed += static_cast<double>(node.crossed_bytes);
    received += static_cast<double>(node.payload_bytes);
  }
  uint32_t parts = 0;
  for (const Second& second : world.record().seconds) {
    parts = std::max(parts, second.parts);
  }
  result.Set("crossedShare", Share(crossed, received));
  result.Set("meshParts", parts);
}

// A server that slows down: what peers did before, and how soon they were in
// full use after.
void MeasureInsurance(const World& world, Result& result) {
  const Scenario& s = world.scenario();
  if (s.server_changes_at == Duration()) return;
  constexpr size_t kWithin = 5;
  const auto change = static_cast<size_t>(s.server_changes_at.seconds());
  double before = 0;
  double best = 0;
  const std::vector<Second>& seconds = world.record().seconds;
  for (size_t i = 0; i < seconds.size(); ++i) {
    const double bytes = static_cast<double>(seconds[i].peer_payload);
    if (i < change) before += bytes;
    if (i >= change && i < change + kWithin) {
      best = std::max(best, Share(bytes, seconds[i].capacity));
    }
  }
  result.Set("peerBytesBefore", before);
  result.Set("capacityUsedWithin5s", best);
}

void MeasureTrust(const World& world, Result& result) {
  double bad = 0;
  double honest_bans = 0;
  double liar_bans = 0;
  for (const Node& node : world.nodes()) {
    if (node.manner != Manner::kHonest) continue;
    bad += static_cast<double>(node.bad_bytes);
    honest_bans += node.honest_bans;
    liar_bans += node.liar_bans;
  }
  result.Set("badBytes", bad);
  result.Set("honestBans", honest_bans);
  result.Set("liarBans", liar_bans);
}

void MeasureVideo(const World& world, Result& result) {
  if (world.scenario().video_rate == 0) return;
  double stalled = 0;
  double viewers = 0;
  std::vector<double> starts;
  for (const Node& node : world.nodes()) {
    stalled += node.player.stalled.seconds();
    viewers += node.player.stalled > Duration() ? 1 : 0;
    if (node.player.began != Timestamp()) {
      starts.push_back((node.player.began - node.arrived).seconds());
    }
  }
  std::sort(starts.begin(), starts.end());
  result.Set("stallSeconds", stalled);
  result.Set("stalledViewers", viewers);
  result.Set("startupMedian", Quantile(starts, 0.5));
  result.Set("startupP95", Quantile(starts, 0.95));
}

}  // namespace

void Result::Set(const std::string& name, double value) {
  for (auto& [known, old] : figures) {
    if (known != name) continue;
    old = value;
    return;
  }
  figures.emplace_back(name, value);
}

double Result::Get(const std::string& name) const {
  for (const auto& [known, value] : figures) {
    if (known == name) return value;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

Result Measure(const World& world) {
  Result result;
  MeasureTimes(world, result);
  if (world.scenario().arrivals == Scenario::Arrivals::kFlash) {
    MeasureCrowd(world, result);
  } else {
    MeasurePopulation(world, result);
  }
  MeasureBytes(world, result);
  MeasureUse(world, result);
  MeasureLocality(world, result);
  MeasureInsurance(world, result);
  MeasureTrust(world, result);
  MeasureVideo(world, result);
  if (world.scenario().server_dies_after > 0) {
    result.Set("allBlocksSurvive", world.surviving_blocks() == 1 ? 1 : 0);
    result.Set("survivingBlocks", world.surviving_blocks());
  }
  result.Set("events", static_cast<double>(world.events()));
  result.seconds = world.record().seconds;
  result.hash = world.record().hash();
  return result;
}

void Compare(Result& result, const Result& baseline) {
  for (const char* name : {"median", "last"}) {
    result.Set(std::string(name) + "OverCalm",
               result.Get(name) / baseline.Get(name));
  }
  if (!std::isnan(result.Get("crossedShare"))) {
    result.Set("crossedOverCalm",
               result.Get("crossedShare") / baseline.Get("crossedShare"));
  }
  if (!std::isnan(result.Get("stallSeconds"))) {
    result.Set("stallSecondsMore",
               result.Get("stallSeconds") - baseline.Get("stallSeconds"));
  }
}

Result Median(const std::vector<Result>& runs) {
  Result median = runs.front();
  for (auto& [name, value] : median.figures) {
    std::vector<double> values;
    for (const Result& run : runs) {
      const double one = run.Get(name);
      if (!std::isnan(one)) values.push_back(one);
    }
    std::sort(values.begin(), values.end());
    value = Quantile(values, 0.5);
  }
  return median;
}

}  // namespace peer5::sim
