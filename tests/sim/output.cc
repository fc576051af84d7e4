#include "tests/sim/output.h"

#include <cmath>
#include <cstdio>
#include <string_view>

namespace peer5::sim {
namespace {

struct Column {
  const char* title;
  const char* figure;
  int digits;
};

constexpr Column kColumns[] = {
    {"first", "firstOverBound", 2},  {"median", "medianOverBound", 2},
    {"p95", "p95OverBound", 2},      {"last", "lastOverBound", 2},
    {"done", "completed", 3},        {"offload", "offloadOverMax", 3},
    {"waste", "waste", 4},           {"uplinks", "uplinkUse", 2},
    {"ctl/B", "controlPerByte", 4},  {"msg/MiB", "messagesPerMiB", 0},
    {"copies", "serverCopies", 1},   {"share10", "shareRatioP10", 2},
    {"share90", "shareRatioP90", 2}, {"kev/s", "kiloEventsPerSecond", 0},
    {"KiB/peer", "kibPerPeer", 0},
};

// Figures of single scenarios, told below the table where they are known.
constexpr const char* kOwnFigures[] = {
    "fastOverOwnBound", "medianOverCalm",
    "lastOverCalm",     "crossedShare",
    "crossedOverCalm",  "meshParts",
    "peerBytesBefore",  "capacityUsedWithin5s",
    "allBlocksSurvive", "badBytes",
    "honestBans",       "liarBans",
    "stallSeconds",     "stallSecondsMore",
    "stalledViewers",   "startupMedian",
    "startupP95"};

std::string Number(double value, int digits) {
  if (std::isnan(value)) return "-";
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string JsonNumber(double value) {
  if (!std::isfinite(value)) return "null";
  char text[64];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

std::string FiguresOf(const Outcome& outcome) {
  std::string json = "\"peers\": " + std::to_string(outcome.scenario.peers) +
                     ", \"scale\": " + JsonNumber(outcome.scale) +
                     ", \"firstSeed\": " + std::to_string(outcome.first_seed) +
                     ", \"seeds\": " + std::to_string(outcome.seeds);
  for (const auto& [name, value] : outcome.result.figures) {
    json += ", \"" + name + "\": " + JsonNumber(value);
  }
  return json;
}

template <typename T, typename F>
std::string List(const std::vector<T>& values, F number) {
  std::string json = "[";
  for (const T& value : values) {
    json += json.size() > 1 ? "," : "";
    json += JsonNumber(number(value));
  }
  return json + "]";
}

std::string CurveOf(const Outcome& outcome) {
  const Result& r = outcome.result;
  std::string json =
      "{\"policy\": \"" + std::string(NameOf(outcome.policy)) +
      "\", \"bound\": " + JsonNumber(r.bound) +
      ", \"visitors\": " + std::to_string(outcome.scenario.peers) +
      ", \"stayed\": " + std::to_string(r.stayed);
  json += ", \"completions\": " +
          List(r.completion_times, [](double t) { return t; });
  json += ", \"peerBytes\": " + List(r.seconds, [](const Second& s) {
            return static_cast<double>(s.peer_payload);
          });
  json += ", \"serverBytes\": " + List(r.seconds, [](const Second& s) {
            return static_cast<double>(s.server_bytes);
          });
  json += ", \"capacity\": " +
          List(r.seconds, [](const Second& s) { return s.capacity; });
  return json + "}";
}

std::string SeedsOf(const Outcome& o) {
  const uint64_t last = o.first_seed + static_cast<uint64_t>(o.seeds) - 1;
  std::string seeds = std::to_string(o.first_seed);
  if (o.seeds > 1) seeds += "-" + std::to_string(last);
  return seeds;
}

}  // namespace

void PrintTable(const std::vector<Outcome>& outcomes) {
  std::printf("%-14s %-10s %6s %5s", "scenario", "policy", "peers", "seeds");
  for (const Column& c : kColumns) std::printf(" %8s", c.title);
  std::printf("\n");
  for (const Outcome& o : outcomes) {
    std::printf("%-14s %-10s %6u %5s", o.scenario.name.c_str(),
                std::string(NameOf(o.policy)).c_str(), o.scenario.peers,
                SeedsOf(o).c_str());
    for (const Column& c : kColumns) {
      std::printf(" %8s", Number(o.result.Get(c.figure), c.digits).c_str());
    }
    std::printf("\n");
  }
  std::printf(
      "Medians over the seeds, with the scenarios' populations times %.3g. "
      "first to last: time over its bound; offload: over (N-1)/N; copies: of "
      "the file that left the server.\n\n",
      outcomes.empty() ? 1 : outcomes.front().scale);
  for (const Outcome& o : outcomes) {
    std::string line;
    for (const char* name : kOwnFigures) {
      const double value = o.result.Get(name);
      if (std::isnan(value)) continue;
      line += std::string(" ") + name + " " + Number(value, 3);
    }
    std::printf("%s, %s:%s\n", o.scenario.name.c_str(),
                std::string(NameOf(o.policy)).c_str(), line.c_str());
  }
}

std::string FiguresJson(const std::vector<Outcome>& outcomes) {
  std::string json = "{";
  for (size_t i = 0; i < outcomes.size();) {
    const std::string& name = outcomes[i].scenario.name;
    json += json.size() > 1 ? ",\n " : "\n ";
    json += "\"" + name + "\": {";
    std::string own;
    std::string references;
    for (; i < outcomes.size() && outcomes[i].scenario.name == name; ++i) {
      const std::string figures = FiguresOf(outcomes[i]);
      if (outcomes[i].policy == Policy::kPeer5) {
        own = figures;
        continue;
      }
      references += references.empty() ? "" : ",\n   ";
      references += "\"" + std::string(NameOf(outcomes[i].policy)) + "\": {" +
                    figures + "}";
    }
    json += own;
    if (!references.empty()) {
      json += std::string(own.empty() ? "" : ",\n  ") +
              "\"reference\": {\n   " + references + "}";
    }
    json += "}";
  }
  return json + "\n}\n";
}

std::string CurvesJson(const std::vector<Outcome>& outcomes) {
  std::string json = "{";
  for (size_t i = 0; i < outcomes.size();) {
    const std::string& name = outcomes[i].scenario.name;
    json += json.size() > 1 ? ",\n" : "\n";
    json += "\"" + name + "\": [";
    for (bool first = true;
         i < outcomes.size() && outcomes[i].scenario.name == name; ++i) {
      json += first ? "" : ",\n ";
      json += CurveOf(outcomes[i]);
      first = false;
    }
    json += "]";
  }
  return json + "\n}\n";
}

}  // namespace peer5::sim
