#ifndef PEER5_TESTS_SIM_OUTPUT_H_
#define PEER5_TESTS_SIM_OUTPUT_H_

#include <string>
#include <vector>

#include "tests/sim/report.h"
#include "tests/sim/scenario.h"

namespace peer5::sim {

// One scenario under one policy: medians over its seeds.
struct Outcome {
  Scenario scenario;
  Policy policy;
  double scale;
  uint64_t first_seed;
  int seeds;
  Result result;
};

// A table of the figures that compare.
void PrintTable(const std::vector<Outcome>& outcomes);
// {"flash": {"lastOverBound": …, "references": {"2013": {…}, …}}, …}
std::string FiguresJson(const std::vector<Outcome>& outcomes);
// The same outcomes' curves, for the plots.
std::string CurvesJson(const std::vector<Outcome>& outcomes);

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_OUTPUT_H_
