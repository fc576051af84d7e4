#ifndef PEER5_TESTS_SIM_BOUNDS_H_
#define PEER5_TESTS_SIM_BOUNDS_H_

#include <vector>

namespace peer5::sim {

// Below these times no scheme whatever can come. Bytes and bytes/s; seconds.

// The last of `peers` has the file (Kumar, Ross: "Peer-assisted file
// distribution: the minimum distribution time", 2006): not before the server
// has let it out once, not before the slowest has taken it in, and not before
// all uplinks together have sent it to everyone.
double KumarRossBound(double file, double server_up, double slowest_down,
                      double peers, double sum_of_up);

// One peer of a flash crowd, if all are served alike: as above with its own
// downlink in the place of the slowest.
inline double OwnBound(double file, double server_up, double down, double peers,
                       double sum_of_up) {
  return KumarRossBound(file, server_up, down, peers, sum_of_up);
}

// How many peers are present, and what they can upload together, from `time`
// to the next step.
struct PopulationStep {
  double time;
  double peers;
  double sum_of_up;
};

// How long a peer that comes at `arrival` takes if at each moment all uplinks
// are in full use and everyone present gets the same share of them, which its
// own downlink may limit, and what all others can send (its own uplink, of rate
// `up`, is of no use to itself). Steps are in order; the last one goes on for
// ever.
double PopulationBound(const std::vector<PopulationStep>& steps, double arrival,
                       double file, double server_up, double down, double up);

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_BOUNDS_H_
