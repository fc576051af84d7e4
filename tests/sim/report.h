#ifndef PEER5_TESTS_SIM_REPORT_H_
#define PEER5_TESTS_SIM_REPORT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/world.h"

namespace peer5::sim {

// The figures of one run by name, in the order in which they are written, and
// its curves for plots.
struct Result {
  std::vector<std::pair<std::string, double>> figures;
  std::vector<double> completion_times;  // seconds from arrival, sorted
  std::vector<Second> seconds;
  uint32_t stayed = 0;  // of whom those are the completion times
  uint64_t hash = 0;
  double bound = 0;  // seconds

  void Set(const std::string& name, double value);
  // NaN if there is none of that name.
  double Get(const std::string& name) const;
};

// What a run says of the scenario; README.md explains each figure.
Result Measure(const World& world);
// Adds what a run is in proportion to its calm baseline.
void Compare(Result& result, const Result& baseline);
// Each figure the median of those of several runs; curves are the first run's.
Result Median(const std::vector<Result>& runs);

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_REPORT_H_
