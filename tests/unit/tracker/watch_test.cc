// What the operator sees: one swarm's mesh, and how connections came about.

#include "core/tracker/connect_figures.h"
#include "core/tracker/swarm_watch.h"
#include "tests/unit/tracker/fixture.h"

namespace peer5 {
namespace {

using State = SwarmView::EdgeState;

class WatchTest : public TrackerTest {
 protected:
  void Join(uint64_t clients) {
    for (uint64_t client = 1; client <= clients; ++client) {
      Connect(client,
              {.vendor = client % 2 == 0 ? BrowserVendor::kFirefox
                                         : BrowserVendor::kChromium,
               .address = Address(10, 0, 0, static_cast<uint8_t>(client), 65000,
                                  0x4445),
               .network = client == 3 ? ClientHello::kNoUploads : uint8_t{0}});
      JoinSwarm(client, id_);
    }
  }
  Report Blank() const {
    Report report;
    report.swarm = id_;
    return report;
  }
  SwarmView Look() { return *tracker_->Look(now_, id_); }

  const SwarmId id_ = SomeInfo().ComputeRoot();
};

TEST_F(WatchTest, AnUnknownSwarmIsNotWatched) {
  EXPECT_FALSE(tracker_->Look(now_, id_));
}

TEST_F(WatchTest, BeforeAnyReportThereAreIntroductions) {
  Join(3);
  const SwarmView view = Look();
  EXPECT_EQ(view.present, 3u);
  ASSERT_EQ(view.members.size(), 3u);
  EXPECT_EQ(view.members[1].browser.vendor,
            static_cast<uint8_t>(BrowserVendor::kFirefox));
  EXPECT_EQ(view.members[0].place.country, 0x4445);
  EXPECT_EQ(view.members[0].place.asn, 65000u);
  EXPECT_TRUE(view.members[0].uploads);
  EXPECT_FALSE(view.members[2].uploads);
  EXPECT_NE(view.members[0].key, view.members[1].key);
  ASSERT_EQ(view.edges.size(), 3u);
  for (const auto& edge : view.edges) EXPECT_EQ(edge.state, State::kIntroduced);
}

TEST_F(WatchTest, ReportsBecomeTheMeshWithBytesInBothDirections) {
  Join(3);
  Look();
  Report report = Blank();
  report.down_rate = 500;
  report.num_blocks = 10;
  report.map = {0xFF, 0x01};
  report.peer_bytes = 70;
  report.connections = {{.peer = ClientId(2),
                         .state = Report::kOpen,
                         .rtt_ms = 30,
                         .bytes_from = 70,
                         .bytes_to = 9}};
  Say(1, report);
  Say(2, Blank());
  Say(3, Blank());
  const SwarmView view = Look();
  EXPECT_EQ(view.members[0].blocks, 9u);
  EXPECT_EQ(view.members[0].num_blocks, 10u);
  EXPECT_EQ(view.members[0].down_rate, 500u);
  EXPECT_EQ(view.members[0].peer_bytes, 70u);
  ASSERT_EQ(view.edges.size(), 1u);
  EXPECT_EQ(view.edges[0].a, 0u);
  EXPECT_EQ(view.edges[0].b, 1u);
  EXPECT_EQ(view.edges[0].state, State::kOpen);
  EXPECT_EQ(view.edges[0].b_to_a, 70u);
  EXPECT_EQ(view.edges[0].a_to_b, 9u);
  EXPECT_EQ(view.edges[0].rtt_ms, 30);
}

TEST_F(WatchTest, AFailureFromBeforeTheWatchStaysUntilThePairConnects) {
  Join(2);
  Report report = Blank();
  report.connections = {{.peer = ClientId(2), .state = Report::kFailed}};
  Say(1, report);
  ASSERT_EQ(Look().edges.size(), 1u);
  EXPECT_EQ(Look().edges[0].state, State::kFailed);
  Say(1, Blank());
  Say(2, Blank());
  ASSERT_EQ(Look().edges.size(), 1u);
  EXPECT_EQ(Look().edges[0].state, State::kFailed);
  report.connections[0].state = Report::kOpen;
  Say(1, report);
  ASSERT_EQ(Look().edges.size(), 1u);
  EXPECT_EQ(Look().edges[0].state, State::kOpen);
}

TEST_F(WatchTest, NothingIsKeptOfASwarmThatNobodyLooksAt) {
  Join(2);
  Report report = Blank();
  report.connections = {{.peer = ClientId(2), .state = Report::kOpen}};
  Say(1, report);
  EXPECT_FALSE(Look().members[0].reported);
  Say(1, report);
  EXPECT_TRUE(Look().members[0].reported);
  Pass(SwarmWatch::kEndsAfter + Duration::Seconds(1));
  Say(1, report);
  EXPECT_FALSE(Look().members[0].reported);
}

TEST_F(WatchTest, AnotherSwarmEndsTheOldestWatch) {
  SwarmWatch watch(1);
  for (uint8_t i = 0; i <= SwarmWatch::kMaxSwarms; ++i) {
    watch.Watch(now_ + Duration::Seconds(i), SomeInfo(i).ComputeRoot());
  }
  EXPECT_EQ(watch.size(), SwarmWatch::kMaxSwarms);
}

TEST_F(WatchTest, OfALargeSwarmAPartIsShownAndTheSameOneEachTime) {
  const uint64_t many = SwarmWatch::kMaxMembers + 20;
  for (uint64_t client = 1; client <= many; ++client) {
    Connect(client);
    JoinSwarm(client, id_);
  }
  const SwarmView view = Look();
  EXPECT_EQ(view.present, many);
  ASSERT_EQ(view.members.size(), SwarmWatch::kMaxMembers);
  EXPECT_LE(view.edges.size(), SwarmWatch::kMaxEdges);
  EXPECT_EQ(view.edges.size() == SwarmWatch::kMaxEdges,
            view.edges_left_out > 0);
  const SwarmView again = Look();
  for (size_t i = 0; i < view.members.size(); ++i) {
    EXPECT_EQ(view.members[i].key, again.members[i].key);
  }
}

TEST(ConnectFigures, TheFarthestCandidateCounts) {
  EXPECT_EQ(FarthestIn("v=0"), CandidateType::kNone);
  const std::string host = "a=candidate:1 1 udp 1 10.0.0.1 5000 typ host\r\n";
  const std::string srflx =
      "a=candidate:2 1 udp 1 1.2.3.4 5 typ srflx raddr 0.0.0.0 rport 0\r\n";
  const std::string relay = "a=candidate:3 1 udp 1 1.2.3.4 5 typ relay";
  EXPECT_EQ(FarthestIn(host), CandidateType::kHost);
  EXPECT_EQ(FarthestIn(srflx + host), CandidateType::kReflexive);
  EXPECT_EQ(FarthestIn(host + relay + srflx), CandidateType::kRelayed);
}

TEST_F(WatchTest, SuccessIsCountedByCandidateTypesBrowsersAndPlace) {
  Join(2);
  Say(2, Sdp{ClientId(2), ClientId(1), SdpKind::kOffer, "v=0"});
  Say(2, Sdp{ClientId(2), ClientId(1), SdpKind::kCandidate,
             R"({"candidate":"candidate:1 1 udp 1 a.local 9 typ host"})"});
  Say(1, Sdp{ClientId(1), ClientId(2), SdpKind::kCandidate,
             R"({"candidate":"candidate:1 1 udp 1 1.2.3.4 9 typ relay"})"});
  Report report = Blank();
  report.connections = {{.peer = ClientId(2), .state = Report::kFailed}};
  Say(1, report);
  const auto& tally = tracker_->connects().ByTypes(CandidateType::kRelayed,
                                                   CandidateType::kHost);
  EXPECT_EQ(tally.failed, 1u);
  EXPECT_EQ(tally.connected, 0u);
  const auto place =
      tracker_->connects().ByPlace({.country = 0x4445, .asn = 65000});
  EXPECT_EQ(place.failed, 1u);
  const auto pairs = tracker_->history().ByVendor();
  ASSERT_EQ(pairs.size(), 1u);
  EXPECT_EQ(pairs[0].failed, 1);
  EXPECT_EQ(pairs[0].a, static_cast<uint8_t>(BrowserVendor::kChromium));
  EXPECT_EQ(pairs[0].b, static_cast<uint8_t>(BrowserVendor::kFirefox));
}

TEST_F(WatchTest, WhatAnotherCouldGiveIsSeen) {
  Join(3);
  Report report = Blank();
  report.num_blocks = 4;
  report.map = {0x3};
  Say(1, report);
  Say(2, report);
  report.map = {0x1};
  Say(3, report);
  const SwarmView view = Look();
  EXPECT_EQ(view.members[0].obtainable, 0);
  EXPECT_EQ(view.members[1].obtainable, 0);
  EXPECT_EQ(view.members[2].obtainable, 0.25);
}

TEST_F(WatchTest, ClientsAndTheirBytesAreCountedByPlace) {
  Join(2);
  Connect(9, {.address = Address(10, 0, 1, 9)});
  Report report = Blank();
  report.http_bytes = 5;
  report.peer_bytes = 8;
  Say(1, report);
  const auto places = tracker_->registry().LargestPlaces(10);
  ASSERT_EQ(places.size(), 2u);
  EXPECT_EQ(places[0].clients, 2u);
  EXPECT_EQ(places[0].place.asn, 65000u);
  EXPECT_EQ(places[0].http_bytes, 5u);
  EXPECT_EQ(places[0].peer_bytes, 8u);
  EXPECT_EQ(places[1].clients, 1u);
  EXPECT_EQ(tracker_->registry().LargestPlaces(1).size(), 1u);
}

}  // namespace
}  // namespace peer5
