#include "core/wire/notice.h"
#include "tests/unit/tracker/fixture.h"

namespace peer5 {
namespace {

using SessionsTest = TrackerTest;

TEST_F(SessionsTest, HelloIsAnsweredWithWelcomeAndIceServers) {
  tracker_->SetIceServers({{"stun:stun.example", "", ""}});
  Connect(1);
  const auto welcome = Last<Welcome>(1);
  ASSERT_TRUE(welcome);
  EXPECT_EQ(welcome->version, kProtocolVersion);
  EXPECT_EQ(welcome->report_interval_ms, 15'000u);
  ASSERT_EQ(welcome->ice_servers.size(), 1u);
  EXPECT_EQ(welcome->ice_servers[0].url, "stun:stun.example");
}

TEST_F(SessionsTest, NewIceServersReachConnectedClientsWithTheirReport) {
  Connect(1);
  JoinSwarm(1, SomeInfo().ComputeRoot());
  tracker_->SetIceServers({{"turn:turn.example", "u", "c"}});
  Forget();
  Report report;
  report.swarm = SomeInfo().ComputeRoot();
  Say(1, report);
  ASSERT_EQ(Got<Welcome>(1).size(), 1u);
  Say(1, report);
  EXPECT_EQ(Got<Welcome>(1).size(), 1u);
}

TEST_F(SessionsTest, AnythingBeforeHelloClosesTheSocket) {
  const ConnHandle conn(77);
  tracker_->SocketUp(now_, conn, Address(1, 2, 3, 4));
  SendOn(conn, WantPeers{});
  EXPECT_EQ(Closed(conn), CloseReason::kNoHello);
}

TEST_F(SessionsTest, ASilentSocketIsClosed) {
  const ConnHandle conn(77);
  tracker_->SocketUp(now_, conn, Address(1, 2, 3, 4));
  Pass(Duration::Seconds(9));
  EXPECT_FALSE(Closed(conn));
  Pass(Duration::Seconds(2));
  EXPECT_EQ(Closed(conn), CloseReason::kNoHello);
}

TEST_F(SessionsTest, AnotherProtocolVersionIsTurnedAway) {
  const ConnHandle conn(77);
  tracker_->SocketUp(now_, conn, Address(1, 2, 3, 4));
  ClientHello hello;
  hello.version = kProtocolVersion + 1;
  SendOn(conn, hello);
  EXPECT_EQ(Closed(conn), CloseReason::kVersion);
}

TEST_F(SessionsTest, BytesThatAreNoMessageCloseTheSocket) {
  const ConnHandle conn = Connect(1);
  SendBytes(conn, {Join::kTag, 0, 0, 0, 9, 1});
  EXPECT_EQ(Closed(conn), CloseReason::kMalformed);
}

TEST_F(SessionsTest, EveryTruncationOfAJoinIsRefusedWithoutHarm) {
  Join join;
  join.id = SomeInfo().ComputeRoot();
  const std::vector<uint8_t> whole = SerializeMessage(join);
  for (size_t length = 1; length < whole.size(); ++length) {
    const ConnHandle conn = Connect(100 + length);
    SendBytes(conn, {whole.begin(), whole.begin() + length});
    EXPECT_EQ(Closed(conn), CloseReason::kMalformed) << length;
  }
}

TEST_F(SessionsTest, UnknownTagsAreSkipped) {
  const ConnHandle conn = Connect(1);
  SendBytes(conn, {0x7F, 0, 0, 0, 1, 5});
  EXPECT_FALSE(Closed(conn));
}

TEST_F(SessionsTest, TheSameClientReplacesItsOldSocket) {
  const ConnHandle old = Connect(1);
  const ConnHandle fresh = Connect(1);
  EXPECT_EQ(Closed(old), CloseReason::kReplaced);
  EXPECT_FALSE(Closed(fresh));
  EXPECT_EQ(tracker_->stats().clients, 1u);
  EXPECT_EQ(tracker_->stats().sockets, 1u);
  // What the caller says of the old one no longer matters.
  tracker_->SocketDown(now_, old);
  EXPECT_TRUE(tracker_->registry().Find(ClientId(1))->conn);
}

TEST_F(SessionsTest, AWrongSecretIsRefusedAndTheOwnerStays) {
  const ConnHandle owner = Connect(1);
  const ConnHandle thief = Connect(1, {.secret = 5});
  EXPECT_EQ(Closed(thief), CloseReason::kWrongSecret);
  EXPECT_FALSE(Closed(owner));
}

TEST_F(SessionsTest, ComingBackIsNotAJoinStorm) {
  const SwarmId id = SomeInfo().ComputeRoot();
  for (uint64_t client = 1; client <= 5; ++client) {
    Connect(client);
    JoinSwarm(client, id);
  }
  const uint64_t matches = tracker_->stats().matches;
  Disconnect(3);
  Pass(Duration::Seconds(3));
  Forget();
  Connect(3);
  JoinSwarm(3, id);
  EXPECT_EQ(tracker_->stats().matches, matches);
  EXPECT_TRUE(Met(3).empty());
  EXPECT_EQ(Last<Match>(3)->swarm_peers, 4u);
  // Its old partners can still signal to it.
  Say(1, Sdp{ClientId(1), ClientId(3), SdpKind::kOffer, "restart"});
  EXPECT_EQ(Got<Sdp>(3).size(), 1u);
}

TEST_F(SessionsTest, NobodyIsMatchedWithAClientThatIsAway) {
  const SwarmId id = SomeInfo().ComputeRoot();
  Connect(1);
  JoinSwarm(1, id);
  Disconnect(1);
  Connect(2);
  JoinSwarm(2, id);
  EXPECT_TRUE(Met(2).empty());
  EXPECT_EQ(Last<Match>(2)->swarm_peers, 0u);
}

TEST_F(SessionsTest, AClientThatStaysAwayIsForgotten) {
  Connect(1);
  JoinSwarm(1, SomeInfo().ComputeRoot());
  Disconnect(1);
  Pass(options_.away_grace - Duration::Seconds(1));
  EXPECT_EQ(tracker_->stats().clients, 1u);
  Pass(Duration::Seconds(2));
  EXPECT_EQ(tracker_->stats().clients, 0u);
  EXPECT_EQ(tracker_->stats().members, 0u);
}

TEST_F(SessionsTest, SwarmsThatAReturnedClientDoesNotJoinAgainEnd) {
  const SwarmId kept = SomeInfo(1).ComputeRoot();
  const SwarmId left = SomeInfo(2).ComputeRoot();
  Connect(1);
  JoinSwarm(1, kept);
  JoinSwarm(1, left);
  Disconnect(1);
  Connect(1);
  JoinSwarm(1, kept);
  Pass(options_.away_grace + Duration::Seconds(1));
  const Session* session = tracker_->registry().Find(ClientId(1));
  ASSERT_NE(session, nullptr);
  EXPECT_NE(session->MemberOf(kept), nullptr);
  EXPECT_EQ(session->MemberOf(left), nullptr);
}

// --- tokens
// -------------------------------------------------------------------

TEST_F(SessionsTest, WhatFollowsHelloWaitsForTheToken) {
  Start({.seed = 1, .check_tokens = true});
  const ConnHandle conn = Connect(1, {.token = "abc"});
  EXPECT_EQ(tokens_, std::vector<std::string>{"abc"});
  JoinSwarm(1, SomeInfo().ComputeRoot());
  EXPECT_TRUE(sent_.empty());
  tracker_->TokenChecked(now_, conn, true);
  Drain();
  EXPECT_TRUE(Last<Welcome>(1));
  EXPECT_TRUE(Last<Match>(1));
}

TEST_F(SessionsTest, HelloAndJoinInOneMessageAreTakenApartByTheToken) {
  Start({.seed = 1, .check_tokens = true});
  const ConnHandle conn(5);
  conn_of_[1] = conn;
  tracker_->SocketUp(now_, conn, Address(1, 2, 3, 4));
  ClientHello hello;
  hello.version = kProtocolVersion;
  hello.client = ClientId(1);
  Join join;
  join.flags = Join::kHasInfo;
  join.id = SomeInfo().ComputeRoot();
  Writer both;
  hello.SerializeTo(both);
  join.SerializeTo(both);
  SendBytes(conn, both.Take());
  EXPECT_TRUE(sent_.empty());
  tracker_->TokenChecked(now_, conn, true);
  Drain();
  EXPECT_TRUE(Last<Match>(1));
}

TEST_F(SessionsTest, ABadTokenClosesTheSocket) {
  Start({.seed = 1, .check_tokens = true});
  const ConnHandle conn = Connect(1, {.token = "forged"});
  tracker_->TokenChecked(now_, conn, false);
  Drain();
  EXPECT_EQ(Closed(conn), CloseReason::kRefused);
  EXPECT_EQ(tracker_->stats().clients, 0u);
}

TEST_F(SessionsTest, OnlySoMuchIsKeptWhileATokenIsChecked) {
  Start({.seed = 1, .check_tokens = true});
  const ConnHandle conn = Connect(1);
  SendBytes(conn, std::vector<uint8_t>(options_.limits.unadmitted_bytes));
  EXPECT_FALSE(Closed(conn));
  SendBytes(conn, {0});
  EXPECT_EQ(Closed(conn), CloseReason::kTooFast);
}

// --- limits
// -------------------------------------------------------------------

TEST_F(SessionsTest,
       TooManyMessagesAreDroppedWithOneNoticeThenTheSocketCloses) {
  options_.limits.messages = {.burst = 10, .per_second = 1};
  options_.limits.drops = {.burst = 20, .per_second = 1};
  Start(options_);
  const ConnHandle conn = Connect(1);
  for (int i = 0; i < 25; ++i) Say(1, WantPeers{});
  ASSERT_EQ(Got<Notice>(1).size(), 1u);
  EXPECT_EQ(Got<Notice>(1)[0].code, NoticeCode::kRateLimited);
  EXPECT_GT(Got<Notice>(1)[0].retry_after_ms, 0u);
  EXPECT_FALSE(Closed(conn));
  for (int i = 0; i < 10; ++i) Say(1, WantPeers{});
  EXPECT_EQ(Closed(conn), CloseReason::kTooFast);
}

TEST_F(SessionsTest, WhoeverStaysTooFastIsClosedThoughSomeMessagesAreTaken) {
  options_.limits.messages = {.burst = 10, .per_second = 10};
  options_.limits.drops = {.burst = 20, .per_second = 5};
  Start(options_);
  const ConnHandle patient = Connect(1);
  const ConnHandle flooder = Connect(2);
  for (int second = 0; second < 30; ++second) {
    for (int i = 0; i < 12; ++i) Say(1, WantPeers{});
    for (int i = 0; i < 30 && !Closed(flooder); ++i) Say(2, WantPeers{});
    Pass(Duration::Seconds(1));
  }
  EXPECT_FALSE(Closed(patient));
  EXPECT_EQ(Closed(flooder), CloseReason::kTooFast);
}

TEST_F(SessionsTest, JoinsBeyondTheLimitAreRefusedThenTheSocketCloses) {
  options_.limits.joins = {.burst = 10, .per_second = 1};
  options_.limits.drops = {.burst = 20, .per_second = 1};
  Start(options_);
  const ConnHandle conn = Connect(1);
  Join join;
  for (int i = 0; i < 30; ++i) {
    join.id = SwarmId{static_cast<uint8_t>(i)};
    join.flags = Join::kHasInfo;
    Say(1, join);
  }
  EXPECT_EQ(Got<SwarmError>(1).size(), 20u);
  EXPECT_FALSE(Closed(conn));
  Say(1, join);
  EXPECT_EQ(Closed(conn), CloseReason::kTooFast);
}

TEST_F(SessionsTest, AskingForPeersIsLimitedAsJoiningIs) {
  options_.limits.asks = {.burst = 10, .per_second = 1};
  options_.limits.drops = {.burst = 20, .per_second = 1};
  Start(options_);
  const ConnHandle conn = Connect(1);
  for (int i = 0; i < 30; ++i) Say(1, WantPeers{});
  EXPECT_EQ(tracker_->stats().refused, 20u);
  EXPECT_FALSE(Closed(conn));
  Say(1, WantPeers{});
  EXPECT_EQ(Closed(conn), CloseReason::kTooFast);
}

TEST_F(SessionsTest, ARateRecoversWithTime) {
  options_.limits.messages = {.burst = 10, .per_second = 10};
  Start(options_);
  Connect(1);
  for (int i = 0; i < 12; ++i) Say(1, WantPeers{});
  EXPECT_EQ(tracker_->stats().refused, 3u);  // of 12, with 1 byte of size each
  Pass(Duration::Seconds(2));
  for (int i = 0; i < 9; ++i) Say(1, WantPeers{});
  EXPECT_EQ(tracker_->stats().refused, 3u);
}

TEST_F(SessionsTest, AFullTrackerSaysSo) {
  options_.limits.clients = 2;
  Start(options_);
  Connect(1);
  Connect(2);
  EXPECT_EQ(Closed(Connect(3)), CloseReason::kFull);
  EXPECT_FALSE(Closed(Connect(2)));  // not a new one
}

TEST_F(SessionsTest, ShutdownSpreadsTheReturns) {
  for (uint64_t client = 1; client <= 20; ++client) Connect(client);
  tracker_->Shutdown(Duration::Seconds(10));
  Drain();
  std::map<uint32_t, int> waits;
  for (uint64_t client = 1; client <= 20; ++client) {
    const auto notice = Last<Notice>(client);
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->code, NoticeCode::kShuttingDown);
    EXPECT_LE(notice->retry_after_ms, 10'000u);
    ++waits[notice->retry_after_ms / 2'500];
  }
  EXPECT_GE(waits.size(), 3u);
}

TEST_F(SessionsTest, ACrowdIsAskedToReportLessOften) {
  options_.reports_per_second = 1;
  Start(options_);
  for (uint64_t client = 1; client <= 60; ++client) Connect(client);
  EXPECT_EQ(Last<Welcome>(60)->report_interval_ms, 60'000u);
}

}  // namespace
}  // namespace peer5
