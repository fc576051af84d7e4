#include "tests/sim/world.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "gtest/gtest.h"
#include "tests/sim/report.h"

namespace peer5::sim {
namespace {

Scenario Load(const std::string& name) {
  return LoadScenario(std::string(PEER5_SIM_DIR) + "/scenarios", name);
}

struct Case {
  std::string scenario;
  Policy policy;
};

std::string NameOfCase(const testing::TestParamInfo<Case>& info) {
  std::string name =
      info.param.scenario + "_" + std::string(NameOf(info.param.policy));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class Small : public testing::TestWithParam<Case> {};

// With PEER5_REWRITE_GOLDEN=1 the transcripts are written instead; read the
// difference before it is committed.
TEST_P(Small, GoesAsItsGoldenTranscriptSays) {
  World world(Load(GetParam().scenario), GetParam().policy, /*seed=*/1, true);
  world.Run();
  const std::string path = std::string(PEER5_SIM_DIR) + "/golden/" +
                           GetParam().scenario + "." +
                           std::string(NameOf(GetParam().policy)) + ".txt";
  if (std::getenv("PEER5_REWRITE_GOLDEN") != nullptr) {
    std::ofstream(path) << world.record().lines();
    return;
  }
  std::ifstream file(path);
  ASSERT_TRUE(file) << "There is no " << path
                    << "; write it with PEER5_REWRITE_GOLDEN=1.";
  const std::string golden((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(world.record().lines(), golden);
}

TEST_P(Small, GoesTheSameWayTwiceAndAnotherWithAnotherSeed) {
  uint64_t hashes[3];
  for (int run = 0; run < 3; ++run) {
    World world(Load(GetParam().scenario), GetParam().policy, run == 2 ? 2 : 1,
                false);
    world.Run();
    hashes[run] = world.record().hash();
  }
  EXPECT_EQ(hashes[0], hashes[1]);
  EXPECT_NE(hashes[0], hashes[2]);
}

std::vector<Case> AllSmall() {
  std::vector<Case> cases;
  for (const char* scenario : {"small-flash", "small-mixed", "small-liar",
                               "small-lossy", "small-dying-server"}) {
    for (const Policy policy :
         {Policy::kPeer5, Policy::kY2013, Policy::kBitTorrent}) {
      cases.push_back({scenario, policy});
    }
  }
  return cases;
}
INSTANTIATE_TEST_SUITE_P(All, Small, testing::ValuesIn(AllSmall()), NameOfCase);

TEST(World, OnePeerAloneIsAsFastAsTheServer) {
  Scenario scenario = Load("small-flash");
  scenario.peers = 1;
  scenario.size = 8 << 20;
  for (const Policy policy :
       {Policy::kPeer5, Policy::kY2013, Policy::kBitTorrent}) {
    World world(scenario, policy, 1, false);
    world.Run();
    const Result result = Measure(world);
    EXPECT_EQ(result.Get("completed"), 1) << NameOf(policy);
    EXPECT_GE(result.Get("lastOverBound"), 1) << NameOf(policy);
    // BitTorrent's web seed asks for one block at a time, and waits for each.
    const double limit = policy == Policy::kBitTorrent ? 1.5 : 1.1;
    EXPECT_LE(result.Get("lastOverBound"), limit) << NameOf(policy);
  }
}

TEST(World, NobodyIsFasterThanTheBound) {
  for (const Case& c : AllSmall()) {
    Scenario scenario = Load(c.scenario);
    if (scenario.arrivals != Scenario::Arrivals::kFlash) continue;
    World world(scenario, c.policy, 3, false);
    world.Run();
    EXPECT_GE(Measure(world).Get("lastOverBound"), 1) << c.scenario;
  }
}

TEST(World, CountsEachByteOnce) {
  for (const Case& c : AllSmall()) {
    World world(Load(c.scenario), c.policy, 1, false);
    world.Run();
    for (const Node& node : world.nodes()) {
      if (!node.have.all()) continue;
      EXPECT_EQ(node.http_bytes + node.peer_bytes, world.layout().size())
          << c.scenario;
    }
    EXPECT_GE(Measure(world).Get("waste"), 0) << c.scenario;
  }
}

TEST(World, NoHonestPeerIsBannedAndNoWrongByteDelivered) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    World world(Load("small-liar"), Policy::kPeer5, seed, false);
    world.Run();
    const Result result = Measure(world);
    EXPECT_EQ(result.Get("badBytes"), 0) << "seed " << seed;
    EXPECT_EQ(result.Get("honestBans"), 0) << "seed " << seed;
  }
}

TEST(World, TheSilentDoNotTakeTurnsWithWhatLiarsHaveSpoilt) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    World world(Load("small-stalled"), Policy::kPeer5, seed, false);
    world.Run();
    EXPECT_EQ(Measure(world).Get("completed"), 1) << "seed " << seed;
  }
}

TEST(World, WithoutVerificationALiarGetsThrough) {
  World world(Load("small-liar"), Policy::kY2013, 1, false);
  world.Run();
  EXPECT_GT(Measure(world).Get("badBytes"), 0);
}

}  // namespace
}  // namespace peer5::sim
