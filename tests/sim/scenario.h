#ifndef PEER5_TESTS_SIM_SCENARIO_H_
#define PEER5_TESTS_SIM_SCENARIO_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/content/time.h"
#include "core/swarm/options.h"

namespace peer5::sim {

// Who runs in the peers.
enum class Policy : uint8_t {
  kPeer5,       // the client that ships
  kY2013,       // what was done in 2013
  kBitTorrent,  // random rarest first, tit for tat
};
std::string_view NameOf(Policy policy);

// One kind of access link, and which part of the peers has it.
struct AccessClass {
  double part;
  double down;  // bytes/s
  double up;
};

// Can two peers connect? Open ones with all; those behind a NAT that keeps one
// mapping for all destinations (cone) with all but symmetric ones behind a
// filter; symmetric ones with neither cones nor each other.
struct NatMix {
  double cone = 0;
  double symmetric = 0;
};

// A file of `key = value` lines, `#` starts a comment; README.md has the keys.
struct Scenario {
  std::string name;
  std::string about;  // the file's first comment

  uint32_t peers = 10;
  uint64_t size = 1 << 20;
  uint32_t block = 0;  // 0: what the product would choose
  uint32_t chunk = 16 * 1024;
  Duration limit = Duration::Seconds(600);  // the run ends in any case

  double server = 0;  // bytes/s
  Duration server_delay = Duration::Millis(20);
  double server_dies_after = 0;  // copies of the file; 0: never
  Duration server_changes_at;    // zero: never
  double server_changes_to = 1;  // part of its rate
  std::vector<AccessClass> access;
  Duration delay_min = Duration::Millis(20);  // one way, between two peers
  Duration delay_max = Duration::Millis(200);
  Duration tracker_delay = Duration::Millis(40);
  double loss = 0;
  std::string channel = "TCPLIKE_CHANNEL";
  double unpairable = 0;  // part of the pairs
  NatMix nat;
  uint32_t isps = 0;  // that the peers are spread over; 0: none is known
  bool random_matching = false;
  double setup_round_trips = 4;  // ICE, DTLS, SCTP
  Duration pair_timeout = Duration::Seconds(15);

  enum class Arrivals : uint8_t { kFlash, kPoisson, kStaggered };
  Arrivals arrivals = Arrivals::kFlash;
  double arrival_rate = 0;                         // Poisson: a second
  Duration arrival_span = Duration::Millis(1000);  // flash, staggered
  bool leave_when_done = false;
  Duration linger;          // after completion
  double churn = 0;         // part of those present that leave in a minute
  double crash_part = 0.5;  // of departures: without a word
  Duration crash_notice = Duration::Seconds(15);

  double liars = 0;     // parts of the peers
  double lie_rate = 1;  // part of a liar's chunks that are wrong
  double free_riders = 0;
  double stalled = 0;  // take requests and never answer

  Strategy strategy = Strategy::kAggressive;
  DownloadMode mode = DownloadMode::kHybrid;
  uint32_t max_peers = 0;  // 0: as the policy has it
  double video_rate = 0;   // bytes/s; 0: a download

  bool compares() const { return !baseline.empty(); }
  // The calm run to compare with: these keys are set differently.
  std::map<std::string, std::string> baseline;
  // Takes minutes and gigabytes: in `all` it is run once, and under no
  // reference policy.
  bool heavy = false;

  // Null, or what is wrong with the key or value.
  std::string Set(const std::string& key, const std::string& value);
  Scenario Baseline() const;
  // The same with a smaller population, server and file in proportion.
  void Scale(double factor);
};

// Exits with a message on a file that cannot be read or understood.
Scenario LoadScenario(const std::string& directory, const std::string& name);
std::vector<std::string> ScenarioNames(const std::string& directory);

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_SCENARIO_H_
