// peer5_sim: runs scenarios and prints what came of them.

#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "tests/sim/output.h"
#include "tests/sim/report.h"
#include "tests/sim/scenario.h"
#include "tests/sim/world.h"

namespace peer5::sim {
namespace {

constexpr char kUsage[] =
    "peer5_sim SCENARIO… | all | list\n"
    "  --scenarios DIR    where the scenario files are\n"
    "  --seed N           of the first run (1)\n"
    "  --seeds N          runs with so many seeds, and takes medians (1)\n"
    "  --scale X          with a population of X times the size (1)\n"
    "  --policy P         peer5, 2013, bittorrent or all (peer5; `all` "
    "scenarios: all)\n"
    "  --set 'KEY = VALUE'  changes a scenario\n"
    "  --json FILE        writes the figures\n"
    "  --curves FILE      writes what the plots need\n"
    "  --transcript FILE  writes what happened (of the last run)\n"
    "  --hash             prints a hash of every event of each run\n";

struct Settings {
  std::string scenarios = "tests/sim/scenarios";
  std::vector<std::string> names;
  uint64_t seed = 1;
  int seeds = 1;
  double scale = 1;
  std::vector<Policy> policies;
  std::vector<std::pair<std::string, std::string>> changes;
  std::string json;
  std::string curves;
  std::string transcript;
  bool hash = false;
};

[[noreturn]] void Die(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(2);
}

std::vector<Policy> PoliciesOf(const std::string& name) {
  const std::vector<Policy> all = {Policy::kPeer5, Policy::kY2013,
                                   Policy::kBitTorrent};
  if (name == "all") return all;
  for (const Policy policy : all) {
    if (name == NameOf(policy)) return {policy};
  }
  Die("There is no policy “" + name + "”.");
}

Settings ReadArguments(int argc, char** argv) {
  Settings s;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (!word.starts_with("--")) {
      s.names.push_back(word);
      continue;
    }
    if (word == "--hash") {
      s.hash = true;
      continue;
    }
    if (word == "--help" || i + 1 == argc) Die(kUsage);
    const std::string value = argv[++i];
    if (word == "--scenarios") {
      s.scenarios = value;
    } else if (word == "--seed") {
      s.seed = std::strtoull(value.c_str(), nullptr, 10);
    } else if (word == "--seeds") {
      s.seeds = std::max(1, std::atoi(value.c_str()));
    } else if (word == "--scale") {
      s.scale = std::atof(value.c_str());
    } else if (word == "--policy") {
      s.policies = PoliciesOf(value);
    } else if (word == "--set") {
      const size_t equals = value.find(" = ");
      if (equals == std::string::npos) Die("--set takes 'KEY = VALUE'.");
      s.changes.emplace_back(value.substr(0, equals), value.substr(equals + 3));
    } else if (word == "--json") {
      s.json = value;
    } else if (word == "--curves") {
      s.curves = value;
    } else if (word == "--transcript") {
      s.transcript = value;
    } else {
      Die(kUsage);
    }
  }
  if (s.names.empty() || !(s.scale > 0)) Die(kUsage);
  return s;
}

// What is allocated: resident memory would not grow in a second run, which
// uses again what the first has freed.
double AllocatedKib() {
  const auto info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd) / 1024;
}

// One run, with what it cost the machine.
Result RunOnce(const Scenario& scenario, Policy policy, uint64_t seed,
               std::string* transcript) {
  const double before = AllocatedKib();
  const auto start = std::chrono::steady_clock::now();
  World world(scenario, policy, seed, transcript != nullptr);
  world.Run();
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - start;
  Result result = Measure(world);
  result.Set("kiloEventsPerSecond",
             static_cast<double>(world.events()) / 1e3 / took.count());
  result.Set("wallSeconds", took.count());
  result.Set("simulatedSeconds",
             static_cast<double>(world.now().micros()) / 1e6);
  result.Set("kibPerPeer",
             (AllocatedKib() - before) / static_cast<double>(scenario.peers));
  if (transcript != nullptr) *transcript = world.record().lines();
  return result;
}

Outcome RunScenario(const Settings& settings, const Scenario& scenario,
                    Policy policy, int seeds, std::string* transcript) {
  std::vector<Result> runs;
  for (int i = 0; i < seeds; ++i) {
    const uint64_t seed = settings.seed + static_cast<uint64_t>(i);
    Result result = RunOnce(scenario, policy, seed, transcript);
    if (scenario.compares()) {
      Compare(result, RunOnce(scenario.Baseline(), policy, seed, nullptr));
    }
    std::fprintf(stderr, "%s, %s, seed %llu: last %.2f x bound, %.0f s\n",
                 scenario.name.c_str(), std::string(NameOf(policy)).c_str(),
                 static_cast<unsigned long long>(seed),
                 result.Get("lastOverBound"), result.Get("wallSeconds"));
    if (settings.hash) {
      std::printf("%s %s %llu %016llx\n", scenario.name.c_str(),
                  std::string(NameOf(policy)).c_str(),
                  static_cast<unsigned long long>(seed),
                  static_cast<unsigned long long>(result.hash));
    }
    runs.push_back(std::move(result));
  }
  return {scenario, policy, settings.scale, settings.seed, seeds, Median(runs)};
}

std::vector<Scenario> ScenariosOf(const Settings& settings) {
  std::vector<Scenario> scenarios;
  const bool all = settings.names == std::vector<std::string>{"all"};
  const std::vector<std::string> names =
      all ? ScenarioNames(settings.scenarios) : settings.names;
  for (const std::string& name : names) {
    Scenario scenario = LoadScenario(settings.scenarios, name);
    if (all && name.starts_with("small-")) continue;
    scenario.Scale(settings.scale);
    for (const auto& [key, value] : settings.changes) {
      const std::string wrong = scenario.Set(key, value);
      if (!wrong.empty()) Die(wrong);
    }
    scenarios.push_back(std::move(scenario));
  }
  return scenarios;
}

void Write(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  file << text;
  if (!file) Die("Could not write " + path + ".");
}

int Main(int argc, char** argv) {
  const Settings settings = ReadArguments(argc, argv);
  if (settings.names.front() == "list") {
    for (const std::string& name : ScenarioNames(settings.scenarios)) {
      std::printf("%-20s %s\n", name.c_str(),
                  LoadScenario(settings.scenarios, name).about.c_str());
    }
    return 0;
  }
  const bool all = settings.names.front() == "all";
  std::string transcript;
  const bool tell = !settings.transcript.empty();
  std::vector<Outcome> outcomes;
  for (const Scenario& scenario : ScenariosOf(settings)) {
    // What takes a quarter of an hour is run once.
    const bool once = all && scenario.heavy;
    const std::vector<Policy> policies =
        !settings.policies.empty() ? settings.policies
                                   : PoliciesOf(all && !once ? "all" : "peer5");
    for (const Policy policy : policies) {
      outcomes.push_back(RunScenario(settings, scenario, policy,
                                     once ? 1 : settings.seeds,
                                     tell ? &transcript : nullptr));
    }
  }
  if (!settings.transcript.empty()) Write(settings.transcript, transcript);
  if (!settings.json.empty()) Write(settings.json, FiguresJson(outcomes));
  if (!settings.curves.empty()) Write(settings.curves, CurvesJson(outcomes));
  if (!settings.hash) PrintTable(outcomes);
  return 0;
}

}  // namespace
}  // namespace peer5::sim

int main(int argc, char** argv) { return peer5::sim::Main(argc, argv); }
