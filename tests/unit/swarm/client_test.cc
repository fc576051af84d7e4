#include "core/swarm/client.h"

#include <gtest/gtest.h>

#include "core/wire/frame.h"
#include "core/wire/report.h"
#include "tests/unit/swarm/crowd.h"

namespace peer5 {
namespace {

constexpr uint64_t kSize = 4 * 1000 * 1000 + 123;

Resource Small() { return MakeResource(kSize, 64 * 1024, 16 * 1024); }

SwarmOptions With(Strategy strategy) {
  SwarmOptions options;
  options.strategy = strategy;
  return options;
}
SwarmOptions P2pOnly() {
  SwarmOptions options;
  options.mode = DownloadMode::kP2p;
  return options;
}

TEST(ClientTest, AloneItDownloadsFromTheOrigin) {
  Crowd crowd(Small());
  const auto me = crowd.AddClient();
  crowd.Download(me);
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
  EXPECT_EQ(crowd.Stats(me).http_bytes, kSize);
  EXPECT_EQ(crowd.Stats(me).wasted, 0u);
  EXPECT_EQ(crowd.All<action::Completed>(me).size(), 1u);
}

TEST(ClientTest, AnOriginThatIsSlowToAnswerIsWaitedFor) {
  Crowd crowd(Small());
  crowd.origin().answers_after = Duration::Seconds(30);
  const auto me = crowd.AddClient();
  crowd.Download(me);
  ASSERT_TRUE(crowd.RunUntilDone(Duration::Seconds(200)));
  EXPECT_TRUE(crowd.Right(me));
  EXPECT_TRUE(crowd.All<action::GoPlain>(me).empty());
}

TEST(ClientTest, WithoutATrackerTheStreamFinishesPlain) {
  Crowd crowd(Small());
  const auto me = crowd.AddClient({}, /*tracked=*/false);
  crowd.Download(me);
  ASSERT_TRUE(
      crowd.Run([&] { return !crowd.All<action::GoPlain>(me).empty(); }));
  EXPECT_EQ(crowd.All<action::GoPlain>(me)[0].mode,
            action::PlainMode::kKeepStream);
}

TEST(ClientTest, ADownloadThatIsDoneBeforeFileInfoServesOthersAllTheSame) {
  Crowd crowd(Small());
  crowd.origin().bytes_per_second = 1e9;
  crowd.SetTrackerDelay(Duration::Seconds(2));
  const auto first = crowd.AddClient();
  crowd.Download(first);
  ASSERT_TRUE(crowd.Run(
      [&] { return !crowd.All<action::StreamComplete>(first).empty(); }));
  EXPECT_EQ(crowd.Stats(first).blocks_have, 0u);
  ASSERT_TRUE(crowd.RunUntilDone());
  crowd.SetTrackerDelay(Duration::Millis(5));
  const auto second = crowd.AddClient();
  crowd.Download(second, P2pOnly());
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(second));
}

TEST(ClientTest, ServerFriendlyLeavesAlmostEverythingToASeeder) {
  Crowd crowd(Small());
  const auto seeder = crowd.AddClient();
  crowd.Seed(seeder);
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, With(Strategy::kServerFriendly));
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
  EXPECT_GE(crowd.Stats(me).peer_bytes, kSize * 9 / 10);
}

TEST(ClientTest, AggressiveUsesBoth) {
  Crowd crowd(Small());
  const auto seeder = crowd.AddClient();
  crowd.Seed(seeder);
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, With(Strategy::kAggressive));
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
  EXPECT_GT(crowd.Stats(me).http_bytes, 0u);
  EXPECT_GT(crowd.Stats(me).peer_bytes, kSize / 2);
  EXPECT_LT(crowd.Stats(me).wasted, kSize / 50);
}

TEST(ClientTest, PeersAreOnlyAnInsuranceWhileTheOriginIsWell) {
  Crowd crowd(Small());
  const auto seeder = crowd.AddClient();
  crowd.Seed(seeder);
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, With(Strategy::kP2pFriendly));
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_EQ(crowd.Stats(me).peer_bytes, 0u);
}

TEST(ClientTest, TheInsurancePaysWhenTheOriginDies) {
  Crowd crowd(Small());
  crowd.origin().dies_after = 1000 * 1000;
  const auto seeder = crowd.AddClient();
  crowd.Seed(seeder);
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, With(Strategy::kP2pFriendly));
  ASSERT_TRUE(crowd.Run([&] { return crowd.Stats(me).http_bytes > 500000; }));
  crowd.origin().up = false;
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
  EXPECT_GT(crowd.Stats(me).peer_bytes, kSize / 2);
}

TEST(ClientTest, PeersFinishWhatADeadOriginBegan) {
  Crowd crowd(Small());
  const auto seeder = crowd.AddClient();
  crowd.Seed(seeder);
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.origin().up = false;
  crowd.Download(me);
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
  EXPECT_EQ(crowd.All<action::HeadFromInfo>(me).size(), 1u);
}

// A crowd in which one client has all that peers can bring, from an origin that
// takes its time.
struct Waiting {
  explicit Waiting(Duration answers_after)
      : crowd(MakeResource(200'000, 64 * 1024, 16 * 1024)) {
    crowd.Seed(crowd.AddClient());
    crowd.Run([] { return false; }, Duration::Seconds(1));
    crowd.origin().answers_after = answers_after;
    me = crowd.AddClient();
    opened = crowd.now();
    crowd.Download(me);
    EXPECT_TRUE(crowd.Run([&] { return crowd.Stats(me).blocks_have == 4; }));
    EXPECT_LT(crowd.now() - opened, Duration::Seconds(1));
    EXPECT_TRUE(crowd.All<action::Completed>(me).empty());
  }

  bool Completes() {
    return crowd.Run([&] { return !crowd.All<action::Completed>(me).empty(); });
  }

  Crowd crowd;
  Crowd::Index me = 0;
  Timestamp opened;
};

TEST(ClientTest, WhatPeersHaveBroughtWaitsForTheOriginsHead) {
  Waiting w(Duration::Seconds(1));
  ASSERT_TRUE(w.Completes());
  EXPECT_TRUE(w.crowd.Right(w.me));
  EXPECT_TRUE(w.crowd.All<action::HeadFromInfo>(w.me).empty());
  EXPECT_EQ(w.crowd.Stats(w.me).http_bytes, 0u);
}

TEST(ClientTest, AnOriginThatSaysNothingIsNotWaitedForLong) {
  Waiting w(Duration::Seconds(60));
  ASSERT_TRUE(w.Completes());
  EXPECT_TRUE(w.crowd.Right(w.me));
  EXPECT_EQ(w.crowd.All<action::HeadFromInfo>(w.me).size(), 1u);
  EXPECT_LT(w.crowd.now() - w.opened, Duration::Seconds(3));
}

TEST(ClientTest, WhatPeersHaveBroughtIsFollowedByTheOriginsFailure) {
  Waiting w(Duration::Seconds(1));
  w.crowd.origin().up = false;
  ASSERT_TRUE(w.Completes());
  EXPECT_TRUE(w.crowd.Right(w.me));
  EXPECT_EQ(w.crowd.All<action::HeadFromInfo>(w.me).size(), 1u);
}

TEST(ClientTest, WhatPeersHaveBroughtIsNotWhatTheOriginHasNoLonger) {
  Waiting w(Duration::Seconds(1));
  w.crowd.origin().status = 404;
  ASSERT_TRUE(
      w.crowd.Run([&] { return !w.crowd.All<action::GoPlain>(w.me).empty(); }));
  EXPECT_TRUE(w.crowd.All<action::HeadFromInfo>(w.me).empty());
  EXPECT_TRUE(w.crowd.All<action::Completed>(w.me).empty());
}

TEST(ClientTest, PausedWhileTheHeadIsAwaitedItGoesOnFromThere) {
  Waiting w(Duration::Seconds(1));
  w.crowd.client(w.me).Pause(w.crowd.now(), w.crowd.swarm(w.me));
  w.crowd.client(w.me).Resume(w.crowd.now(), w.crowd.swarm(w.me));
  ASSERT_TRUE(w.Completes());
  EXPECT_TRUE(w.crowd.Right(w.me));
}

TEST(ClientTest, AServerErrorIsRescuedByPeersAndOtherwiseStands) {
  for (const bool rescued : {true, false}) {
    Crowd crowd(Small());
    if (rescued) {
      crowd.Seed(crowd.AddClient());
      crowd.Run([] { return false; }, Duration::Seconds(1));
    }
    crowd.origin().status = 503;
    const auto me = crowd.AddClient({}, /*tracked=*/rescued);
    crowd.Download(me);
    if (rescued) {
      ASSERT_TRUE(crowd.RunUntilDone());
      EXPECT_TRUE(crowd.Right(me));
    } else {
      ASSERT_TRUE(
          crowd.Run([&] { return !crowd.All<action::GoPlain>(me).empty(); }));
    }
  }
}

TEST(ClientTest, AFailedOriginIsThePagesAtOnceWhereNobodyElseIs) {
  Crowd crowd(Small());
  crowd.origin().status = 500;
  const auto me = crowd.AddClient();
  crowd.Download(me);
  ASSERT_TRUE(crowd.Run([&] { return !crowd.All<action::GoPlain>(me).empty(); },
                        Duration::Seconds(1)));
  EXPECT_EQ(crowd.All<action::GoPlain>(me)[0].mode,
            action::PlainMode::kRestart);
  EXPECT_TRUE(crowd.All<action::HeadFromInfo>(me).empty());
}

TEST(ClientTest, ANotFoundIsThePagesAtOnce) {
  Crowd crowd(Small());
  crowd.origin().status = 404;
  const auto me = crowd.AddClient();
  crowd.Download(me);
  ASSERT_TRUE(
      crowd.Run([&] { return !crowd.All<action::GoPlain>(me).empty(); }));
}

TEST(ClientTest, ByIdAloneEverythingComesFromPeers) {
  Crowd crowd(Small());
  crowd.Seed(crowd.AddClient());
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
  EXPECT_TRUE(crowd.All<action::Fetch>(me).empty());
}

TEST(ClientTest, ASeederLearnsHowFarTheOthersAre) {
  Crowd crowd(Small());
  const auto seeder = crowd.AddClient();
  crowd.Seed(seeder);
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  const uint32_t all = crowd.resource().info->layout.num_blocks();
  const auto told = [&] {
    const auto connected = crowd.All<action::Connect>(seeder);
    if (connected.empty()) return uint32_t{0};
    return crowd.client(seeder).peer_blocks(crowd.swarm(seeder),
                                            connected[0].peer);
  };
  ASSERT_TRUE(crowd.Run([&] { return told() > 0; }));
  EXPECT_LT(told(), all);
  ASSERT_TRUE(crowd.Run([&] { return told() == all; }));
  EXPECT_TRUE(crowd.Done(me));
  EXPECT_EQ(
      crowd.client(seeder).peer_blocks(crowd.swarm(seeder), PeerHandle(99)),
      0u);
}

TEST(ClientTest, AColdCrowdSharesWhatItFetches) {
  Crowd crowd(MakeResource(16 * 1000 * 1000, 128 * 1024, 16 * 1024));
  crowd.origin().bytes_per_second = 2.5e6;
  std::vector<Crowd::Index> all;
  for (int i = 0; i < 5; ++i) {
    all.push_back(crowd.AddClient());
    crowd.Download(all.back(), With(Strategy::kServerFriendly));
  }
  ASSERT_TRUE(crowd.RunUntilDone());
  uint64_t http = 0, peers = 0, wasted = 0;
  for (const auto i : all) {
    EXPECT_TRUE(crowd.Right(i));
    http += crowd.Stats(i).http_bytes;
    peers += crowd.Stats(i).peer_bytes;
    wasted += crowd.Stats(i).wasted;
  }
  EXPECT_GE(peers, (http + peers) * 6 / 10);
  EXPECT_LT(wasted, (http + peers) / 20);
}

TEST(ClientTest, ALiarIsBlamedAndBannedAndTheFileIsRight) {
  Crowd crowd(Small());
  const auto liar = crowd.AddClient();
  const auto honest = crowd.AddClient();
  crowd.Seed(liar);
  crowd.Seed(honest);
  crowd.MakeLiar(liar);
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
  EXPECT_EQ(crowd.Stats(me).banned, 1u);
  EXPECT_EQ(crowd.Stats(me).peers, 1u);
}

TEST(ClientTest, ASilentPeerDoesNotHoldTheFileUp) {
  Crowd crowd(Small());
  const auto silent = crowd.AddClient();
  const auto honest = crowd.AddClient();
  crowd.Seed(silent);
  crowd.Seed(honest);
  crowd.MakeSilent(silent);
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  const Timestamp start = crowd.now();
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
  EXPECT_LT(crowd.now() - start, Duration::Seconds(5));
}

TEST(ClientTest, APeerThatVanishesMidBlockIsReplaced) {
  Crowd crowd(Small());
  const auto leaver = crowd.AddClient();
  const auto stayer = crowd.AddClient();
  crowd.Seed(leaver);
  crowd.Seed(stayer);
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  ASSERT_TRUE(crowd.Run([&] { return crowd.Stats(me).blocks_have > 10; }));
  crowd.Leave(leaver);
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
}

TEST(ClientTest, LostMessagesAreAskedForAgain) {
  Crowd crowd(MakeResource(1000 * 1000, 64 * 1024, 800));
  crowd.Seed(crowd.AddClient());
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  ASSERT_TRUE(crowd.Run([&] { return crowd.LinksOf(me) == 1; }));
  crowd.Run([] { return false; }, Duration::Millis(20));
  crowd.SetLoss(0.05);
  EXPECT_TRUE(crowd.RunUntilDone(Duration::Seconds(120)));
}

TEST(ClientTest, WhatOvertakesHelloIsNotMisbehaviour) {
  Crowd crowd(Small());
  crowd.SetDisorder(Duration::Millis(50));
  const auto seeder = crowd.AddClient();
  crowd.Seed(seeder);
  std::vector<Crowd::Index> others;
  for (int i = 0; i < 6; ++i) {
    others.push_back(crowd.AddClient());
    crowd.Download(others.back(), P2pOnly());
  }
  ASSERT_TRUE(crowd.RunUntilDone());
  for (const auto me : others) {
    EXPECT_TRUE(crowd.Right(me));
    EXPECT_EQ(crowd.LinksOf(me), 6u);
    EXPECT_TRUE(crowd.All<action::Disconnect>(me).empty());
  }
}

TEST(ClientTest, TheConnectionsOfARequestThatEndsGoToItsTwin) {
  Crowd crowd(Small());
  const auto seeder = crowd.AddClient();
  crowd.Seed(seeder);
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  ASSERT_TRUE(crowd.Run([&] { return crowd.Stats(me).blocks_have > 0; }));
  const SwarmHandle first = crowd.swarm(me);
  crowd.Download(me, P2pOnly());
  ASSERT_TRUE(crowd.Run(
      [&] { return crowd.client(me).file_info(crowd.swarm(me)) != nullptr; }));
  EXPECT_EQ(crowd.LinksOf(me), 0u);
  crowd.client(me).Close(crowd.now(), first);
  EXPECT_EQ(crowd.LinksOf(me), 1u);
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
}

TEST(ClientTest, AnOriginWithoutRangesStillServes) {
  Crowd crowd(Small());
  crowd.origin().ranges = false;
  crowd.Seed(crowd.AddClient());
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, With(Strategy::kAggressive));
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
}

TEST(ClientTest, AnotherVersionIsNeverMixedIn) {
  Crowd crowd(Small());
  const auto seeder = crowd.AddClient();
  crowd.Seed(seeder);
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, With(Strategy::kAggressive));
  ASSERT_TRUE(crowd.Run([&] { return crowd.Stats(me).blocks_have > 10; }));
  crowd.origin().etag = "\"2\"";
  for (uint8_t& byte : crowd.origin().bytes) byte ^= 0x55;
  crowd.Run([&] {
    return crowd.Done(me) || !crowd.All<action::GoPlain>(me).empty();
  });
  EXPECT_TRUE(crowd.Done(me) ? crowd.Right(me)
                             : crowd.All<action::GoPlain>(me)[0].mode ==
                                   action::PlainMode::kRestart);
}

TEST(ClientTest, ADifferentVersionAtTheStartGoesPlain) {
  Crowd crowd(Small());
  crowd.origin().etag = "\"2\"";
  const auto me = crowd.AddClient();
  crowd.Download(me);
  ASSERT_TRUE(
      crowd.Run([&] { return !crowd.All<action::GoPlain>(me).empty(); }));
  EXPECT_EQ(crowd.All<action::GoPlain>(me)[0].reason,
            action::PlainReason::kVersionMismatch);
}

TEST(ClientTest, PrivateResponsesAreNeverShared) {
  Crowd crowd(Small());
  crowd.origin().shareable = false;
  const auto me = crowd.AddClient();
  crowd.Download(me);
  ASSERT_TRUE(
      crowd.Run([&] { return !crowd.All<action::GoPlain>(me).empty(); }));
  EXPECT_EQ(crowd.All<action::GoPlain>(me)[0].reason,
            action::PlainReason::kNotShareable);
}

TEST(ClientTest, TheTrackerMayDieAndComeBack) {
  Crowd crowd(Small());
  crowd.Seed(crowd.AddClient());
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  ASSERT_TRUE(crowd.Run([&] { return crowd.Stats(me).blocks_have > 5; }));
  crowd.StopTracker();
  ASSERT_TRUE(crowd.Run([&] { return crowd.Stats(me).blocks_have > 20; }));
  crowd.StartTracker();
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_EQ(crowd.LinksOf(me), 1u);
}

TEST(ClientTest, ReportsTellHowBusyTheMachineIs) {
  Crowd crowd(Small());
  const auto me = crowd.AddClient();
  crowd.Seed(me);
  const auto loads = [&] {
    std::vector<int> loads;
    for (const auto& sent : crowd.All<action::SendTracker>(me)) {
      FrameReader reader(sent.message);
      while (const auto frame = reader.Next()) {
        if (frame->tag != Report::kTag) continue;
        loads.push_back(Report::Parse(frame->value).value().load);
      }
    }
    return loads;
  };
  ASSERT_TRUE(crowd.Run([&] { return loads().size() == 1; }));
  crowd.client(me).SetLoad(200);
  ASSERT_TRUE(crowd.Run([&] { return loads().size() == 2; }));
  EXPECT_EQ(loads(), (std::vector<int>{0, 200}));
}

TEST(ClientTest, UploadsKeepToTheirLimit) {
  Crowd crowd(Small());
  ClientOptions options;
  options.up_limit = 500 * 1000;
  crowd.Seed(crowd.AddClient(options));
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  const Timestamp start = crowd.now();
  ASSERT_TRUE(crowd.RunUntilDone());
  const double rate = kSize / (crowd.now() - start).seconds();
  EXPECT_LT(rate, 525e3);
  EXPECT_GT(rate, 450e3);
}

TEST(ClientTest, WhoDoesNotUploadSaysSoAndStillGets) {
  Crowd crowd(Small());
  ClientOptions options;
  options.uploads = false;
  crowd.Seed(crowd.AddClient());
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto taker = crowd.AddClient(options);
  crowd.Download(taker, P2pOnly());
  ASSERT_TRUE(crowd.RunUntilDone());
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_EQ(crowd.Stats(taker).uploaded, 0u);
}

TEST(ClientTest, WhoGivesIsServedBeforeWhoOnlyTakes) {
  Crowd crowd(Small());
  ClientOptions slow;
  slow.up_limit = 400 * 1000;
  crowd.Seed(crowd.AddClient(slow));
  crowd.Run([] { return false; }, Duration::Seconds(1));
  ClientOptions no_uploads;
  no_uploads.uploads = false;
  const auto taker = crowd.AddClient(no_uploads);
  const auto giver = crowd.AddClient();
  crowd.Download(taker, P2pOnly());
  crowd.Download(giver, P2pOnly());
  ASSERT_TRUE(crowd.Run([&] { return crowd.Stats(giver).blocks_have > 20; }));
  // The giver passes on what it has; the seeder gives the taker next to
  // nothing.
  const auto given = static_cast<int64_t>(crowd.Stats(giver).peer_bytes);
  const auto taken = static_cast<int64_t>(crowd.Stats(taker).peer_bytes) -
                     static_cast<int64_t>(crowd.Stats(giver).uploaded);
  EXPECT_LT(taken, given / 4);
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(taker));
}

TEST(ClientTest, PausedItAsksForNothingAndGoesOnServing) {
  Crowd crowd(Small());
  crowd.Seed(crowd.AddClient());
  crowd.Run([] { return false; }, Duration::Seconds(1));
  const auto me = crowd.AddClient();
  crowd.Download(me, P2pOnly());
  ASSERT_TRUE(crowd.Run([&] { return crowd.Stats(me).blocks_have > 10; }));
  crowd.client(me).Pause(crowd.now(), crowd.swarm(me));
  crowd.Run([] { return false; }, Duration::Millis(200));
  const uint32_t have = crowd.Stats(me).blocks_have;
  crowd.Run([] { return false; }, Duration::Seconds(3));
  EXPECT_EQ(crowd.Stats(me).blocks_have, have);
  crowd.client(me).Resume(crowd.now(), crowd.swarm(me));
  ASSERT_TRUE(crowd.RunUntilDone());
  EXPECT_TRUE(crowd.Right(me));
}

TEST(ClientTest, DownloadsKeepToTheirLimit) {
  Crowd crowd(Small());
  for (int i = 0; i < 4; ++i) crowd.Seed(crowd.AddClient());
  crowd.Run([] { return false; }, Duration::Seconds(1));
  ClientOptions options;
  options.down_limit = 500 * 1000;
  const auto me = crowd.AddClient(options);
  crowd.Download(me, P2pOnly());
  const Timestamp start = crowd.now();
  ASSERT_TRUE(crowd.RunUntilDone());
  const double rate = kSize / (crowd.now() - start).seconds();
  EXPECT_LT(rate, 525e3);
  EXPECT_GT(rate, 475e3);
}

TEST(ClientTest, HttpAndPeersTogetherKeepToTheDownloadLimit) {
  for (const Strategy strategy :
       {Strategy::kAggressive, Strategy::kServerFriendly,
        Strategy::kP2pFriendly}) {
    Crowd crowd(Small());
    crowd.Seed(crowd.AddClient());
    crowd.Run([] { return false; }, Duration::Seconds(1));
    ClientOptions options;
    options.down_limit = 200 * 1000;
    const auto me = crowd.AddClient(options);
    crowd.Download(me, With(strategy));
    // What comes before FileInfo is not held.
    ASSERT_TRUE(crowd.Run([&] { return crowd.Stats(me).blocks_have > 3; }));
    const auto brought = [&] {
      return crowd.Stats(me).http_bytes + crowd.Stats(me).peer_bytes;
    };
    const uint64_t before = brought();
    crowd.Run([] { return false; }, Duration::Seconds(10));
    const double rate = static_cast<double>(brought() - before) / 10;
    EXPECT_LT(rate, 210e3);
    EXPECT_GT(rate, 180e3);
    ASSERT_TRUE(crowd.RunUntilDone());
    EXPECT_TRUE(crowd.Right(me));
  }
}

TEST(ClientTest, UploadsGiveWayToOtherTrafficOnASlowUplink) {
  Crowd crowd(MakeResource(24 * 1000 * 1000, 64 * 1024, 16 * 1024));
  const auto seeder = crowd.AddClient();
  crowd.Seed(seeder);
  ClientOptions idle;
  idle.uploads = false;
  for (int i = 0; i < 3; ++i) crowd.Seed(crowd.AddClient(idle));
  crowd.Run([] { return false; }, Duration::Seconds(2));
  ClientOptions slow;
  slow.down_limit = 400 * 1000;
  const auto me = crowd.AddClient(slow);
  crowd.Download(me, P2pOnly());
  const auto rate = [&] {
    const uint64_t before = crowd.Stats(seeder).uploaded;
    crowd.Run([] { return false; }, Duration::Seconds(10));
    return (crowd.Stats(seeder).uploaded - before) / 10;
  };
  const uint64_t alone = rate();
  crowd.SetUplinkQueue(seeder, Duration::Seconds(2));
  rate();
  EXPECT_LT(rate(), alone / 2);
  crowd.SetUplinkQueue(seeder, Duration());
  rate();
  rate();
  EXPECT_GT(rate(), alone * 8 / 10);
}

}  // namespace
}  // namespace peer5
