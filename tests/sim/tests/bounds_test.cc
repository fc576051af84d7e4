#include "tests/sim/bounds.h"

#include "gtest/gtest.h"

namespace peer5::sim {
namespace {

TEST(KumarRossBound, TheServerMustLetTheFileOutOnce) {
  EXPECT_DOUBLE_EQ(KumarRossBound(100, 10, 1000, 1, 1000), 10);
}

TEST(KumarRossBound, TheSlowestMustTakeItIn) {
  EXPECT_DOUBLE_EQ(KumarRossBound(100, 1000, 2, 1, 1000), 50);
}

TEST(KumarRossBound, AllUplinksMustSendItToEveryone) {
  // 1,000 peers of 10 Mbit/s and a server of 100 Mbit/s: 83 s for 100 MiB.
  const double file = 100 * 1048576.0;
  const double mbit = 125e3;
  EXPECT_NEAR(KumarRossBound(file, 100 * mbit, 50 * mbit, 1000, 10000 * mbit),
              83.06, 0.01);
}

TEST(PopulationBound, OfOnePeerAloneIsTheServer) {
  EXPECT_DOUBLE_EQ(PopulationBound({{0, 1, 5}}, 0, 100, 20, 1000, 5), 5);
}

TEST(PopulationBound, IsLimitedByThePeersOwnDownlink) {
  EXPECT_DOUBLE_EQ(PopulationBound({{0, 1, 5}}, 0, 100, 20, 10, 5), 10);
}

TEST(PopulationBound, FollowsThePopulation) {
  // 2 s alone at 10/s, then three share 10 + 20 for the remaining 80: 8 s.
  const std::vector<PopulationStep> steps = {{0, 1, 0}, {2, 3, 20}};
  EXPECT_DOUBLE_EQ(PopulationBound(steps, 0, 100, 10, 1000, 0), 10);
  // Who comes later only sees what comes later.
  EXPECT_DOUBLE_EQ(PopulationBound(steps, 2, 100, 10, 1000, 0), 10);
}

}  // namespace
}  // namespace peer5::sim
