#include "core/tracker/matcher.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "core/tracker/registry.h"
#include "core/tracker/score.h"
#include "gtest/gtest.h"
#include "tests/unit/tracker/fixture.h"

namespace peer5 {
namespace {

constexpr Timestamp kNow = Timestamp::Millis(3'600'000);

AvailabilitySketch Sketch(const std::string& blocks) {
  AvailabilityMap map(static_cast<uint32_t>(blocks.size()));
  for (uint32_t i = 0; i < blocks.size(); ++i) {
    if (blocks[i] == '#') map.Set(BlockIndex(i));
  }
  return AvailabilitySketch::Of(map);
}

// --- sketches
// -----------------------------------------------------------------

TEST(AvailabilitySketchTest, OffersWhatTheOtherLacks) {
  EXPECT_EQ(AvailabilitySketch::Offers(Sketch("##.."), Sketch("#...")), 0.25);
  EXPECT_EQ(AvailabilitySketch::Offers(Sketch("##.."), Sketch("####")), 0);
  EXPECT_EQ(AvailabilitySketch::Offers(AvailabilitySketch::Everything(),
                                       Sketch("#...")),
            0.75);
  EXPECT_EQ(AvailabilitySketch::Offers(AvailabilitySketch::Everything(),
                                       AvailabilitySketch()),
            1);
  EXPECT_EQ(AvailabilitySketch::Offers(AvailabilitySketch(), Sketch("....")),
            0);
}

TEST(AvailabilitySketchTest, ALargeResourceIsSeenInPartsOfWhichAllIsThere) {
  AvailabilityMap half(10'000);
  for (uint32_t i = 0; i < 5'000; ++i) half.Set(BlockIndex(i));
  const double offer = AvailabilitySketch::Offers(
      AvailabilitySketch::Of(half),
      AvailabilitySketch::Of(AvailabilityMap(10'000)));
  EXPECT_NEAR(offer, 0.5, 0.005);
  half.Clear(BlockIndex(0));
  EXPECT_LT(AvailabilitySketch::Offers(
                AvailabilitySketch::Of(half),
                AvailabilitySketch::Of(AvailabilityMap(10'000))),
            offer);
}

// --- each factor by itself
// --------------------------------------------------------

class ScoreTest : public ::testing::Test {
 protected:
  ScoreTest() {
    receiver_.address = plain_.address = Address(1, 1, 1, 1, 100, 'D' << 8);
    plain_.address = Address(2, 2, 2, 2, 200, 'F' << 8);
    plain_.reported = true;
    plain_.up_rate = 500'000;
    plain_.since = kNow - Duration::Seconds(60);
    plain_share_.have = Sketch("##..");
  }
  // How much better `better` is than the plain candidate.
  double Gain(const ClientTraits& better, const SharingTraits& share) const {
    const Party receiver{receiver_, receiver_share_};
    const auto score = [&](const Party& candidate) {
      return Score(kNow, receiver, candidate, weights_, 30);
    };
    return score({better, share}) - score({plain_, plain_share_});
  }
  double Gain(const ClientTraits& better) const {
    return Gain(better, plain_share_);
  }

  MatchWeights weights_;
  ClientTraits receiver_, plain_;
  SharingTraits receiver_share_, plain_share_;
};

TEST_F(ScoreTest, ComplementaryChunksCountNotMany) {
  receiver_share_.have = Sketch("###.");
  SharingTraits many, other;
  many.have = Sketch("###.");
  other.have = Sketch("...#");
  EXPECT_GT(Gain(plain_, other), Gain(plain_, many));
}

TEST_F(ScoreTest, NearerIsBetterStepByStep) {
  const uint16_t country = 'D' << 8;
  const ClientAddress steps[] = {
      Address(9, 9, 9, 9, 300, 'F' << 8), Address(9, 9, 9, 9, 300, country),
      Address(9, 9, 9, 9, 100, country),  Address(1, 1, 1, 9, 100, country),
      Address(1, 1, 1, 1, 100, country),
  };
  double last = -1;
  for (const ClientAddress& address : steps) {
    ClientTraits candidate = plain_;
    candidate.address = address;
    EXPECT_GT(Gain(candidate), last);
    last = Gain(candidate);
  }
}

TEST_F(ScoreTest, Bandwidth) {
  ClientTraits fast = plain_;
  fast.up_rate *= 8;
  EXPECT_GT(Gain(fast), 0);
}

TEST_F(ScoreTest, LoadOfTheMachine) {
  ClientTraits busy = plain_;
  busy.load = 128;
  EXPECT_LT(Gain(busy), 0);
  ClientTraits saturated = plain_;
  saturated.load = 255;
  EXPECT_LT(Gain(saturated), Gain(busy));
  weights_.load = 0;
  EXPECT_EQ(Gain(saturated), 0);
}

TEST_F(ScoreTest, Connections) {
  ClientTraits busy = plain_;
  busy.connections = 20;
  EXPECT_LT(Gain(busy), 0);
}

TEST_F(ScoreTest, ExpectedLifetime) {
  ClientTraits old = plain_;
  old.since = kNow - Duration::Seconds(3000);
  EXPECT_GT(Gain(old), 0);
}

TEST_F(ScoreTest, CongestionByLossAndByDelay) {
  ClientTraits lossy = plain_;
  lossy.loss = 0.03;
  EXPECT_LT(Gain(lossy), 0);
  ClientTraits late = plain_;
  late.delay = Duration::Millis(400);
  EXPECT_LT(Gain(late), 0);
}

TEST_F(ScoreTest, MobilePlan) {
  ClientTraits mobile = plain_;
  mobile.metered = true;
  EXPECT_LT(Gain(mobile), 0);
}

TEST_F(ScoreTest, ShareRatio) {
  ClientTraits taker = plain_;
  taker.downloaded = 100 << 20;
  EXPECT_LT(Gain(taker), 0);
  taker.uploaded = 100 << 20;
  EXPECT_EQ(Gain(taker), 0);
}

TEST_F(ScoreTest, AWeightOfNothingTurnsAFactorOff) {
  weights_.metered = 0;
  ClientTraits mobile = plain_;
  mobile.metered = true;
  EXPECT_EQ(Gain(mobile), 0);
}

TEST(PairHistoryTest, VersionsAreToldApartAndFailuresFade) {
  PairHistory history;
  const Browser chromium{1, 100}, good{2, 50}, bad{2, 51};
  for (int i = 0; i < 60; ++i) {
    history.Observe(chromium, good, true);
    history.Observe(bad, chromium, false);
  }
  EXPECT_GT(history.SuccessRate(chromium, good), 0.9);
  EXPECT_LT(history.SuccessRate(chromium, bad), 0.1);
  EXPECT_FALSE(history.NeverConnect(1, 2));
  for (int i = 0; i < 400; ++i) history.Observe(chromium, bad, true);
  EXPECT_GT(history.SuccessRate(chromium, bad), 0.8);
}

// --- picking
// --------------------------------------------------------------------------

class MatcherTest : public ::testing::Test {
 protected:
  Session& Add(const ClientAddress& address, bool seeder = false) {
    Session& session = registry_.Add(now_, ClientId(++last_id_), 0);
    session.traits.address = address;
    session.traits.browser = {1, 120};
    session.conn = ConnHandle(static_cast<uint32_t>(last_id_));
    Swarm& swarm = registry_.SwarmFor(now_, id_);
    swarm.SetSeeder(registry_.Enter(session, swarm), seeder);
    return session;
  }
  Member& MemberOf(Session& session) { return *session.MemberOf(id_); }
  std::vector<Member*> Pick(Session& session, uint32_t want = 10) {
    return matcher_.Pick(now_, MemberOf(session), want, rng_);
  }
  // Picks and introduces, as a tracker does.
  size_t Meet(Session& session, uint32_t want = 10) {
    const auto chosen = Pick(session, want);
    for (Member* other : chosen) {
      Introduce(now_, session, *other->session, other->swarm->serial());
    }
    return chosen.size();
  }
  ClientAddress Anywhere() {
    return Address(static_cast<uint8_t>(1 + rng_.Below(200)),
                   static_cast<uint8_t>(rng_.Below(256)),
                   static_cast<uint8_t>(rng_.Below(256)),
                   static_cast<uint8_t>(rng_.Below(256)));
  }
  uint32_t Reachable(Session& from) const {
    std::set<const Session*> seen = {&from};
    std::vector<const Session*> open = {&from};
    while (!open.empty()) {
      const Session* at = open.back();
      open.pop_back();
      for (const Partner& partner : at->partners) {
        if (seen.insert(partner.session).second)
          open.push_back(partner.session);
      }
    }
    return static_cast<uint32_t>(seen.size());
  }

  const SwarmId id_ = SomeInfo().ComputeRoot();
  Timestamp now_ = kNow;
  Rng rng_{7};
  PairHistory history_;
  MatchOptions options_;
  Matcher matcher_{options_, history_};
  Registry registry_{Duration::Seconds(20), Duration::Seconds(60),
                     Duration::Seconds(60)};
  uint64_t last_id_ = 0;
};

TEST_F(MatcherTest, NeverItselfNeverTwiceNeverMoreThanWanted) {
  for (int i = 0; i < 200; ++i) Add(Address(1, 1, 1, 1, 5, 5));
  Session& session = Add(Address(1, 1, 1, 1, 5, 5));
  for (uint32_t want : {0u, 1u, 5u, 20u}) {
    const auto chosen = Pick(session, want);
    EXPECT_EQ(chosen.size(), want);
    const std::set<Member*> distinct(chosen.begin(), chosen.end());
    EXPECT_EQ(distinct.size(), want);
    EXPECT_EQ(distinct.count(&MemberOf(session)), 0u);
  }
}

TEST_F(MatcherTest, BrowsersThatFailToConnectAreAvoided) {
  const Browser chromium{1, 120}, firefox{2, 120};
  for (int i = 0; i < 12; ++i) {
    Add(Anywhere());
    Add(Anywhere()).traits.browser = firefox;
    history_.Observe(chromium, firefox, /*connected=*/i % 3 == 0);
  }
  const auto chosen = Pick(Add(Anywhere()));
  const auto met = std::count_if(chosen.begin(), chosen.end(), [&](Member* m) {
    return m->session->traits.browser == firefox;
  });
  EXPECT_LE(met, 2) << "those of the random part";
}

TEST_F(MatcherTest, SeedersDoNotMeetSeeders) {
  for (int i = 0; i < 20; ++i) Add(Anywhere(), /*seeder=*/true);
  EXPECT_TRUE(Pick(Add(Anywhere(), /*seeder=*/true)).empty());
  EXPECT_EQ(Pick(Add(Anywhere())).size(), 10u);
}

TEST_F(MatcherTest, TwoWhoDoNotUploadDoNotMeet) {
  Add(Anywhere()).traits.uploads = false;
  Session& session = Add(Anywhere());
  EXPECT_EQ(Pick(session).size(), 1u);
  session.traits.uploads = false;
  EXPECT_TRUE(Pick(session).empty());
}

TEST_F(MatcherTest, NewcomersMeetOthersBesideSeeders) {
  for (int i = 0; i < 30; ++i) {
    MemberOf(Add(Anywhere(), true)).traits.have =
        AvailabilitySketch::Everything();
    Add(Anywhere());
  }
  const auto chosen = Pick(Add(Anywhere()));
  const auto seeders =
      std::count_if(chosen.begin(), chosen.end(),
                    [](const Member* member) { return member->traits.seeder; });
  EXPECT_GE(seeders, 3);
  EXPECT_LE(seeders, 7);
}

TEST_F(MatcherTest, WhoeverIsFullIsSparedWhileThereAreOthers) {
  for (int i = 0; i < 20; ++i) Add(Anywhere()).traits.connections = 30;
  for (int i = 0; i < 12; ++i) Add(Anywhere());
  for (const Member* member : Pick(Add(Anywhere()))) {
    EXPECT_LT(member->session->traits.connections, 30u);
  }
}

TEST_F(MatcherTest, SomebodyFullIsBetterThanNobody) {
  for (int i = 0; i < 20; ++i) Add(Anywhere()).traits.connections = 30;
  EXPECT_EQ(Pick(Add(Anywhere())).size(), 4u);
}

TEST_F(MatcherTest, MostAreNearWhereThereAreNearOnes) {
  std::map<uint32_t, int> met;
  for (int i = 0; i < 2000; ++i) {
    ClientAddress address = Anywhere();
    address.asn = 1 + i % 20;
    Add(address);
  }
  ClientAddress address = Anywhere();
  address.asn = 3;
  for (const Member* member : Pick(Add(address))) {
    ++met[member->session->traits.address.asn];
  }
  EXPECT_GE(met[3], 6);
  EXPECT_LE(met[3], 9);  // and some are not: clusters stay connected
}

TEST_F(MatcherTest, WhereEnoughAreNearFewIntroductionsCrossToOtherIsps) {
  std::vector<Session*> all;
  const auto come = [&](uint32_t asn) {
    ClientAddress address = Anywhere();
    address.asn = asn;
    all.push_back(&Add(address));
    Meet(*all.back());
    Meet(*all.back());
  };
  for (int i = 0; i < 100; ++i) come(1 + i % 5);
  const auto crossing = [&](const Session& session) {
    return std::count_if(session.partners.begin(), session.partners.end(),
                         [&](const Partner& partner) {
                           return partner.session->traits.address.asn !=
                                  session.traits.address.asn;
                         });
  };
  come(1);
  EXPECT_LE(crossing(*all.back()), options_.far_links);
  EXPECT_GT(crossing(*all.back()), 0);
  EXPECT_EQ(Reachable(*all.back()), all.size());
  // Alone in its ISP, it meets as many as it wants.
  come(99);
  EXPECT_GE(crossing(*all.back()), 10);
}

TEST_F(MatcherTest, LoadIsSpread) {
  for (int i = 0; i < 1000; ++i) Meet(Add(Anywhere()));
  size_t most = 0, sum = 0;
  for (uint64_t id = 1; id <= last_id_; ++id) {
    const size_t partners = registry_.Find(ClientId(id))->partners.size();
    most = std::max(most, partners);
    sum += partners;
  }
  EXPECT_NEAR(static_cast<double>(sum) / 1000, 20, 1);
  EXPECT_LE(most, 40u);
}

TEST_F(MatcherTest, TheGraphStaysConnectedThoughNearPeersArePreferred) {
  for (int i = 0; i < 1000; ++i) {
    ClientAddress address = Anywhere();
    address.asn = 1 + i % 10;
    Meet(Add(address));
  }
  EXPECT_EQ(Reachable(*registry_.Find(ClientId(1))), 1000u);
}

TEST_F(MatcherTest, AndStaysSoUnderChurn) {
  for (int i = 0; i < 600; ++i) {
    ClientAddress address = Anywhere();
    address.asn = 1 + i % 6;
    Meet(Add(address));
  }
  std::set<uint64_t> here;
  for (uint64_t id = 1; id <= 600; ++id) here.insert(id);
  for (int i = 0; i < 600; ++i) {
    auto victim = here.begin();
    std::advance(victim, rng_.Below(static_cast<uint32_t>(here.size())));
    registry_.Depart(now_, *registry_.Find(ClientId(*victim)));
    here.erase(victim);
    ClientAddress address = Anywhere();
    address.asn = 1 + i % 6;
    Meet(Add(address));
    here.insert(last_id_);
    now_ = now_ + Duration::Seconds(1);
    registry_.Advance(now_);
    // Those who have lost many ask for more.
    Session& some = *registry_.Find(ClientId(*here.begin()));
    if (some.partners.size() < 10) Meet(some, 6);
  }
  now_ = now_ + Duration::Seconds(60);
  registry_.Advance(now_);
  EXPECT_EQ(registry_.num_sessions(), 600u);
  EXPECT_EQ(Reachable(*registry_.Find(ClientId(*here.begin()))), 600u);
  EXPECT_TRUE(registry_.Consistent());
}

TEST_F(MatcherTest, GroupsStayRightWhileMembersComeAndGo) {
  std::vector<uint64_t> here;
  for (int i = 0; i < 3000; ++i) {
    if (here.size() > 50 && rng_.Below(2) == 0) {
      const uint32_t at = rng_.Below(static_cast<uint32_t>(here.size()));
      registry_.Leave(now_, MemberOf(*registry_.Find(ClientId(here[at]))));
      here[at] = here.back();
      here.pop_back();
    } else {
      ClientAddress address = Address(1, 1, static_cast<uint8_t>(i % 3), 1);
      address.asn = rng_.Below(3);
      Session& session = Add(address, rng_.Below(2) == 0);
      here.push_back(session.id.value());
    }
    if (i % 100 == 0) {
      ASSERT_TRUE(registry_.Consistent()) << i;
    }
  }
  EXPECT_EQ(registry_.FindSwarm(id_)->present(), here.size());
}

TEST_F(MatcherTest, HoweverLargeASwarmAFewDozenMembersAreLookedAt) {
  for (int i = 0; i < 20'000; ++i) Add(Address(1, 1, 1, 1, 5, 5));
  Session& session = Add(Address(1, 1, 1, 1, 5, 5));
  Pick(session);
  uint32_t drawn = 0;
  for (uint64_t id = 1; id <= last_id_; ++id) {
    drawn += MemberOf(*registry_.Find(ClientId(id))).drawn != 0 ? 1 : 0;
  }
  EXPECT_GT(drawn, 20u);
  EXPECT_LE(drawn, 80u);
}

}  // namespace
}  // namespace peer5
