#include "tests/sim/output.h"

#include <cmath>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace peer5::sim {
namespace {

// Each scenario as it stands, with a crowd and a file small enough for a test.
std::vector<Scenario> SmallOnes() {
  const std::string directory = std::string(PEER5_SIM_DIR) + "/scenarios";
  std::vector<Scenario> scenarios;
  for (const std::string& name : ScenarioNames(directory)) {
    Scenario scenario = LoadScenario(directory, name);
    scenario.Scale(8.0 / scenario.peers);
    EXPECT_EQ(scenario.Set("size", "2 MiB"), "");
    EXPECT_EQ(scenario.Set("limit", "1 min"), "");
    scenarios.push_back(scenario);
  }
  return scenarios;
}

Outcome Play(const Scenario& scenario, Policy policy) {
  World world(scenario, policy, /*seed=*/1, /*keep_lines=*/false);
  world.Run();
  return {scenario, policy, 1, 1, 1, Measure(world)};
}

// What stands between the braces after `"name": `.
std::string ObjectOf(const std::string& json, const std::string& name) {
  const size_t start = json.find("\"" + name + "\": {");
  if (start == std::string::npos) return "";
  return json.substr(start, json.find('}', start) - start);
}

TEST(Output, HasTheFiguresOfEveryScenarioByName) {
  std::vector<Outcome> outcomes;
  for (const Scenario& scenario : SmallOnes()) {
    outcomes.push_back(Play(scenario, Policy::kPeer5));
  }
  const std::string json = FiguresJson(outcomes);
  for (const char* name : {"flash", "mixed", "poisson", "churn", "hostile",
                           "video", "server-dies", "insurance", "huge"}) {
    const std::string figures = ObjectOf(json, name);
    ASSERT_NE(figures, "") << name;
    for (const char* figure :
         {"lastOverBound", "medianOverBound", "offloadOverMax", "waste",
          "controlPerByte", "serverCopies", "scale", "seeds"}) {
      EXPECT_NE(figures.find("\"" + std::string(figure) + "\": "),
                std::string::npos)
          << figure << " of " << name;
    }
  }
}

TEST(Output, PutsTheReferencesBesideOurs) {
  const Scenario scenario = SmallOnes().front();
  const std::string json = FiguresJson({Play(scenario, Policy::kPeer5),
                                        Play(scenario, Policy::kY2013),
                                        Play(scenario, Policy::kBitTorrent)});
  const size_t reference = json.find("\"reference\": {");
  ASSERT_NE(reference, std::string::npos);
  EXPECT_LT(json.find("\"lastOverBound\""), reference);
  for (const char* policy : {"2013", "bittorrent"}) {
    EXPECT_NE(ObjectOf(json.substr(reference), policy).find("lastOverBound"),
              std::string::npos);
  }
}

TEST(Output, MediansAreOverTheSeeds) {
  std::vector<Result> runs(3);
  runs[0].Set("waste", 0.5);
  runs[1].Set("waste", 0.1);
  runs[2].Set("waste", 0.2);
  EXPECT_EQ(Median(runs).Get("waste"), 0.2);
  EXPECT_TRUE(std::isnan(Median(runs).Get("unknown")));
}

}  // namespace
}  // namespace peer5::sim
