#include "tests/sim/scenario.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>

namespace peer5::sim {
namespace {

std::string Trim(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// A number with one of these units behind it.
struct Unit {
  const char* name;
  double factor;
};

bool ReadNumber(const std::string& text, const std::vector<Unit>& units,
                double& number) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || value < 0) return false;
  const std::string unit = Trim(end);
  for (const Unit& known : units) {
    if (unit == known.name) {
      number = value * known.factor;
      return true;
    }
  }
  return false;
}

const std::vector<Unit> kPlain = {{"", 1}};
const std::vector<Unit> kParts = {{"", 1}, {"%", 0.01}};
const std::vector<Unit> kPartsPerMinute = {{"%/min", 0.01}};
const std::vector<Unit> kPerSecond = {{"/s", 1}, {"/min", 1.0 / 60}};
const std::vector<Unit> kBytes = {
    {"B", 1}, {"KiB", 1024}, {"MiB", 1 << 20}, {"GiB", 1 << 30}};
const std::vector<Unit> kRates = {
    {"kbit/s", 125}, {"Mbit/s", 125e3}, {"Gbit/s", 125e6}};
const std::vector<Unit> kTimes = {{"ms", 1e-3}, {"s", 1}, {"min", 60}};

using Reader = std::function<bool(const std::string&)>;

template <typename T>
Reader Number(T& target, const std::vector<Unit>& units) {
  return [&target, &units](const std::string& text) {
    double number = 0;
    if (!ReadNumber(text, units, number)) return false;
    target = static_cast<T>(number);
    return true;
  };
}
Reader Time(Duration& target) {
  return [&target](const std::string& text) {
    double seconds = 0;
    if (!ReadNumber(text, kTimes, seconds)) return false;
    target = Duration::FromSeconds(seconds);
    return true;
  };
}
template <typename T>
Reader OneOf(T& target, std::vector<std::pair<std::string, T>> words) {
  return [&target, words](const std::string& text) {
    for (const auto& [word, value] : words) {
      if (text != word) continue;
      target = value;
      return true;
    }
    return false;
  };
}

// "50/10 Mbit/s", or several, "50% 5/1, 50% 100/20 Mbit/s".
bool ReadAccess(const std::string& text, std::vector<AccessClass>& access) {
  access.clear();
  const size_t unit = text.find(" Mbit/s");
  if (unit == std::string::npos) return false;
  std::istringstream parts(text.substr(0, unit));
  std::string part;
  while (std::getline(parts, part, ',')) {
    AccessClass one{100, 0, 0};
    const char* from = part.c_str();
    const bool all = part.find('%') == std::string::npos;
    const int read = all ? std::sscanf(from, " %lf/%lf", &one.down, &one.up)
                         : std::sscanf(from, " %lf%% %lf/%lf", &one.part,
                                       &one.down, &one.up);
    if (read != (all ? 2 : 3)) return false;
    access.push_back({one.part / 100, one.down * 125e3, one.up * 125e3});
  }
  return !access.empty();
}

// "20..200 ms".
bool ReadDelay(const std::string& text, Duration& least, Duration& most) {
  const size_t dots = text.find("..");
  if (dots == std::string::npos || !text.ends_with(" ms")) return false;
  const double from = std::atof(text.substr(0, dots).c_str());
  const double to = std::atof(text.c_str() + dots + 2);
  least = Duration::FromSeconds(from / 1e3);
  most = Duration::FromSeconds(to / 1e3);
  return 0 < from && from <= to;
}

bool ReadChannel(const std::string& text, std::string& channel) {
  for (const char* known :
       {"TCPLIKE_CHANNEL", "UNORDERED_RELIABLE", "ORDERED_PARTIAL_3ATTEMPS",
        "UNORDERED_PARTIAL_3ATTEMPS", "ORDERED_PARTIAL_1S",
        "UNORDERED_PARTIAL_1S", "UNORDERED_UNRELIABLE"}) {
    if (text == known) {
      channel = text;
      return true;
    }
  }
  return false;
}

std::map<std::string, Reader> ReadersOf(Scenario& s) {
  using Arrivals = Scenario::Arrivals;
  return {
      {"peers", Number(s.peers, kPlain)},
      {"size", Number(s.size, kBytes)},
      {"block", Number(s.block, kBytes)},
      {"chunk", Number(s.chunk, kBytes)},
      {"limit", Time(s.limit)},
      {"server", Number(s.server, kRates)},
      {"server delay", Time(s.server_delay)},
      {"server dies after copies", Number(s.server_dies_after, kPlain)},
      {"server changes at", Time(s.server_changes_at)},
      {"server changes to", Number(s.server_changes_to, kParts)},
      {"access", [&s](const auto& t) { return ReadAccess(t, s.access); }},
      {"delay",
       [&s](const auto& t) { return ReadDelay(t, s.delay_min, s.delay_max); }},
      {"tracker delay", Time(s.tracker_delay)},
      {"loss", Number(s.loss, kParts)},
      {"channel", [&s](const auto& t) { return ReadChannel(t, s.channel); }},
      {"pairs that cannot connect", Number(s.unpairable, kParts)},
      {"behind cone nat", Number(s.nat.cone, kParts)},
      {"behind symmetric nat", Number(s.nat.symmetric, kParts)},
      {"isps", Number(s.isps, kPlain)},
      {"matching",
       OneOf<bool>(s.random_matching, {{"weighed", false}, {"random", true}})},
      {"setup round trips", Number(s.setup_round_trips, kPlain)},
      {"pair timeout", Time(s.pair_timeout)},
      {"arrivals",
       OneOf<Arrivals>(s.arrivals, {{"flash", Arrivals::kFlash},
                                    {"poisson", Arrivals::kPoisson},
                                    {"staggered", Arrivals::kStaggered}})},
      {"arrival rate", Number(s.arrival_rate, kPerSecond)},
      {"arrival span", Time(s.arrival_span)},
      {"leave when done",
       OneOf<bool>(s.leave_when_done, {{"yes", true}, {"no", false}})},
      {"linger", Time(s.linger)},
      {"churn", Number(s.churn, kPartsPerMinute)},
      {"crashes", Number(s.crash_part, kParts)},
      {"crash notice", Time(s.crash_notice)},
      {"liars", Number(s.liars, kParts)},
      {"lie rate", Number(s.lie_rate, kParts)},
      {"free riders", Number(s.free_riders, kParts)},
      {"stalled", Number(s.stalled, kParts)},
      {"strategy",
       OneOf<Strategy>(s.strategy,
                       {{"aggressive", Strategy::kAggressive},
                        {"server-friendly", Strategy::kServerFriendly},
                        {"p2p-friendly", Strategy::kP2pFriendly}})},
      {"mode", OneOf<DownloadMode>(s.mode, {{"hybrid", DownloadMode::kHybrid},
                                            {"p2p", DownloadMode::kP2p},
                                            {"http", DownloadMode::kHttp}})},
      {"max peers", Number(s.max_peers, kPlain)},
      {"video", Number(s.video_rate, kRates)},
      {"heavy", OneOf<bool>(s.heavy, {{"yes", true}, {"no", false}})},
  };
}

[[noreturn]] void Die(const std::string& message) {
  std::fprintf(stderr, "%s\n", message.c_str());
  std::exit(2);
}

}  // namespace

std::string_view NameOf(Policy policy) {
  switch (policy) {
    case Policy::kPeer5:
      return "peer5";
    case Policy::kY2013:
      return "2013";
    case Policy::kBitTorrent:
      return "bittorrent";
  }
  return "";
}

std::string Scenario::Set(const std::string& key, const std::string& value) {
  constexpr std::string_view kBaseline = "baseline ";
  if (key.starts_with(kBaseline)) {
    const std::string rest = key.substr(kBaseline.size());
    baseline[rest] = value;
    Scenario probe;
    return probe.Set(rest, value);
  }
  const auto readers = ReadersOf(*this);
  const auto reader = readers.find(key);
  if (reader == readers.end()) return "There is no key “" + key + "”.";
  if (reader->second(value)) return "";
  return "“" + value + "” is no value for “" + key + "”.";
}

Scenario Scenario::Baseline() const {
  Scenario calm = *this;
  for (const auto& [key, value] : baseline) calm.Set(key, value);
  calm.baseline.clear();
  return calm;
}

void Scenario::Scale(double factor) {
  const auto scale = [factor](uint32_t n) {
    return std::max(4u, static_cast<uint32_t>(std::lround(n * factor)));
  };
  peers = scale(peers);
  server *= factor;
  arrival_rate *= factor;
  const auto it = baseline.find("peers");
  if (it != baseline.end()) {
    it->second = std::to_string(scale(
        static_cast<uint32_t>(std::strtoul(it->second.c_str(), nullptr, 10))));
  }
}

Scenario LoadScenario(const std::string& directory, const std::string& name) {
  const std::string path = directory + "/" + name + ".txt";
  std::ifstream file(path);
  if (!file) {
    Die("There is no scenario “" + name + "”: no file " + path + ".");
  }
  Scenario scenario;
  scenario.name = name;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const size_t hash = line.find('#');
    if (hash == 0 && scenario.about.empty()) {
      scenario.about = Trim(line.substr(1));
    }
    line = Trim(line.substr(0, hash));
    if (line.empty()) continue;
    const size_t equals = line.find('=');
    const std::string wrong = equals == std::string::npos
                                  ? "A line is `key = value`."
                                  : scenario.Set(Trim(line.substr(0, equals)),
                                                 Trim(line.substr(equals + 1)));
    if (!wrong.empty()) {
      Die(path + ":" + std::to_string(number) + ": " + wrong);
    }
  }
  return scenario;
}

std::vector<std::string> ScenarioNames(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    if (entry.path().extension() == ".txt") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace peer5::sim
