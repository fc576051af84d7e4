#include "tests/sim/bounds.h"

#include <algorithm>
#include <cstddef>

namespace peer5::sim {

double KumarRossBound(double file, double server_up, double slowest_down,
                      double peers, double sum_of_up) {
  return std::max({file / server_up, file / slowest_down,
                   peers * file / (server_up + sum_of_up)});
}

double PopulationBound(const std::vector<PopulationStep>& steps, double arrival,
                       double file, double server_up, double down, double up) {
  double left = file;
  for (size_t i = 0; i < steps.size(); ++i) {
    const bool last = i + 1 == steps.size();
    const double from = std::max(arrival, steps[i].time);
    if (!last && steps[i + 1].time <= from) continue;
    const double share =
        (server_up + steps[i].sum_of_up) / std::max(1.0, steps[i].peers);
    const double others = server_up + steps[i].sum_of_up - up;
    const double rate = std::min({share, down, others});
    const double end = from + left / rate;
    if (last || end <= steps[i + 1].time) return end - arrival;
    left -= (steps[i + 1].time - from) * rate;
  }
  return left / down;  // nobody was ever present
}

}  // namespace peer5::sim
