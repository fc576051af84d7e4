#include "tests/unit/tracker/fixture.h"

namespace peer5 {
namespace {

class RelayTest : public TrackerTest {
 protected:
  void SetUp() override {
    TrackerTest::SetUp();
    for (uint64_t client = 1; client <= 3; ++client) Connect(client);
    JoinSwarm(1, id_);
    JoinSwarm(2, id_);
    Forget();
  }
  Sdp Offer(uint64_t from, uint64_t to) {
    return {ClientId(from), ClientId(to), SdpKind::kOffer, "v=0"};
  }

  const SwarmId id_ = SomeInfo().ComputeRoot();
};

TEST_F(RelayTest, MatchedClientsReachEachOtherInBothDirections) {
  Say(2, Offer(2, 1));
  ASSERT_EQ(Got<Sdp>(1).size(), 1u);
  EXPECT_EQ(Got<Sdp>(1)[0], Offer(2, 1));
  Say(1, Sdp{ClientId(1), ClientId(2), SdpKind::kAnswer, "v=0"});
  EXPECT_EQ(Got<Sdp>(2).size(), 1u);
  EXPECT_EQ(tracker_->stats().relayed, 2u);
}

TEST_F(RelayTest, AStrangerIsDeclinedAndHearsNothingOfTheOther) {
  Say(3, Offer(3, 1));
  EXPECT_TRUE(Got<Sdp>(1).empty());
  ASSERT_EQ(Got<Sdp>(3).size(), 1u);
  EXPECT_EQ(Got<Sdp>(3)[0].kind, SdpKind::kDecline);
  // A client that doesn't exist gives the same answer.
  Say(3, Offer(3, 555));
  EXPECT_EQ(Got<Sdp>(3)[1].kind, SdpKind::kDecline);
}

TEST_F(RelayTest, CandidatesToStrangersAreDropped) {
  Say(3, Sdp{ClientId(3), ClientId(1), SdpKind::kCandidate, "{}"});
  EXPECT_TRUE(sent_.empty());
}

TEST_F(RelayTest, NobodySpeaksInAnothersName) {
  const ConnHandle liar = conn_of_[2];
  Say(2, Offer(1, 2));
  EXPECT_EQ(Closed(liar), CloseReason::kMalformed);
}

TEST_F(RelayTest, APartnerThatIsAwayDeclinesAtOnce) {
  Disconnect(1);
  Say(2, Offer(2, 1));
  ASSERT_EQ(Got<Sdp>(2).size(), 1u);
  EXPECT_EQ(Got<Sdp>(2)[0].kind, SdpKind::kDecline);
}

TEST_F(RelayTest, AForgottenClientIsNobodysPartner) {
  Disconnect(1);
  Pass(options_.away_grace + Duration::Seconds(1));
  Connect(1, {.secret = 7});  // the id is free again
  Say(2, Offer(2, 1));
  EXPECT_TRUE(Got<Sdp>(1).empty());
}

TEST_F(RelayTest, LongDescriptionsAreRefused) {
  options_.limits.sdp_length = 100;
  Start(options_);
  Connect(1);
  const ConnHandle conn = conn_of_[1];
  Say(1, Sdp{ClientId(1), ClientId(2), SdpKind::kOffer, std::string(101, 'x')});
  EXPECT_EQ(Closed(conn), CloseReason::kMalformed);
}

TEST_F(RelayTest, TheNewcomerOffersAndExactlyOneSideDoes) {
  Connect(4);
  JoinSwarm(4, id_);
  const Match introduced = *Last<Match>(4);
  EXPECT_EQ(introduced.candidates.size(), 2u);
  for (const auto& candidate : introduced.candidates) {
    EXPECT_EQ(candidate.flags, Match::kYouOffer);
    const auto other = Last<Match>(candidate.peer.value());
    ASSERT_EQ(other->candidates.size(), 1u);
    EXPECT_EQ(other->candidates[0].peer, ClientId(4));
    EXPECT_EQ(other->candidates[0].flags, 0);
  }
}

TEST_F(RelayTest, BetweenChromiumAndFirefoxTheBrowserDecidesWhoOffers) {
  const SwarmId id = SomeInfo(9).ComputeRoot();
  Connect(11, {.vendor = BrowserVendor::kFirefox});
  JoinSwarm(11, id);
  Connect(12, {.vendor = BrowserVendor::kChromium});
  JoinSwarm(12, id);
  const uint8_t chromium_came_last = Last<Match>(12)->candidates[0].flags;
  const SwarmId other = SomeInfo(10).ComputeRoot();
  Connect(13, {.vendor = BrowserVendor::kChromium});
  JoinSwarm(13, other);
  Connect(14, {.vendor = BrowserVendor::kFirefox});
  JoinSwarm(14, other);
  const uint8_t chromium_came_first = Last<Match>(13)->candidates[0].flags;
  EXPECT_EQ(chromium_came_first, chromium_came_last);
}

TEST_F(RelayTest, WantPeersOffersThoseNotYetMet) {
  Connect(4);
  Connect(5);
  JoinSwarm(4, id_);
  JoinSwarm(5, id_);
  Forget();
  Say(1, WantPeers{id_, 5});
  EXPECT_TRUE(Met(1).empty());  // it has been introduced to everyone
  EXPECT_EQ(Last<Match>(1)->swarm_peers, 3u);
  // After a while the old connections, if they were still wanted, have failed.
  Pass(options_.match.retry_pair);
  Say(1, WantPeers{id_, 5});
  EXPECT_EQ(Met(1).size(), 3u);
}

TEST_F(RelayTest, WantPeersInAForeignSwarmIsIgnored) {
  Say(3, WantPeers{id_, 5});
  EXPECT_TRUE(sent_.empty());
}

TEST_F(RelayTest, AReportIsAnsweredWithTheSwarmsHealth) {
  Say(2, CompletedDownload{id_});
  Say(2, CompletedDownload{id_});
  Report report;
  report.swarm = id_;
  report.http_bytes = 10;
  report.peer_bytes = 20;
  report.stored_bytes = 5;
  Say(1, report);
  const auto health = Last<SwarmHealth>(1);
  ASSERT_TRUE(health);
  EXPECT_EQ(health->peers, 2u);
  EXPECT_EQ(health->seeders, 1u);
  EXPECT_EQ(health->completed, 1u);
  report.http_bytes = 15;
  Say(1, report);
  EXPECT_EQ(tracker_->stats().http_bytes, 15u);
  EXPECT_EQ(tracker_->stats().peer_bytes, 20u);
  EXPECT_EQ(tracker_->stats().stored_bytes, 5u);
  EXPECT_EQ(tracker_->stats().completed, 1u);
}

TEST_F(RelayTest, AReportTellsHowBusyAMachineIs) {
  Report report;
  report.swarm = id_;
  for (const uint8_t load : {200, 0}) {
    report.load = load;
    Say(1, report);
    EXPECT_EQ(tracker_->registry().Find(ClientId(1))->traits.load, load);
  }
}

TEST_F(RelayTest, AFullMapMakesASeeder) {
  Report report;
  report.swarm = id_;
  report.num_blocks = 10;
  report.map = {0xFF, 0x03};
  Say(1, report);
  EXPECT_EQ(Last<SwarmHealth>(1)->seeders, 1u);
}

TEST_F(RelayTest, OneClientCannotTalkTwoBrowsersApart) {
  Report report;
  report.swarm = id_;
  report.connections.push_back({.peer = ClientId(2), .state = Report::kFailed});
  report.connections.push_back(
      {.peer = ClientId(3), .state = Report::kFailed});  // never introduced
  for (int i = 0; i < 200; ++i) Say(1, report);
  const Browser browser{static_cast<uint8_t>(BrowserVendor::kChromium), 120};
  EXPECT_GT(tracker_->history().SuccessRate(browser, browser), 0.6);
}

TEST_F(RelayTest, ARunReplaysFromItsSeed) {
  const auto run = [&](uint64_t seed) {
    Start({.seed = seed});
    Forget();
    for (uint64_t client = 1; client <= 100; ++client) {
      Connect(client, {.address = Address(1, 1, client % 7, client % 11)});
      JoinSwarm(client, id_);
    }
    next_conn_ = 1;
    return sent_;
  };
  next_conn_ = 1;
  const auto first = run(1);
  EXPECT_EQ(run(1), first);
  EXPECT_NE(run(2), first);
}

}  // namespace
}  // namespace peer5
