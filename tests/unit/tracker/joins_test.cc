#include "tests/unit/tracker/fixture.h"

namespace peer5 {
namespace {

constexpr char kUrl[] = "https://cdn.example/film.mp4";

using JoinsTest = TrackerTest;

FileInfo Hashed(uint8_t content, const std::string& etag) {
  FileInfo info = SomeInfo(content);
  info.origin = kUrl;
  info.validator.etag = etag;
  return info;
}

// --- by URL
// ---------------------------------------------------------------------

TEST_F(JoinsTest, AllWhoJoinWhileAResourceIsHashedAreAnsweredTogether) {
  for (uint64_t client = 1; client <= 3; ++client) {
    Connect(client);
    JoinUrl(client, kUrl, /*ref=*/static_cast<uint32_t>(client));
  }
  EXPECT_EQ(needed_, std::vector<std::string>{kUrl});
  EXPECT_FALSE(Last<FileInfoMessage>(1));
  tracker_->ResourceReady(now_, kUrl, Hashed(1, "\"a\""));
  Drain();
  for (uint64_t client = 1; client <= 3; ++client) {
    const auto message = Last<FileInfoMessage>(client);
    ASSERT_TRUE(message);
    EXPECT_EQ(message->ref, client);
    EXPECT_EQ(message->id, SomeInfo(1).ComputeRoot());
    EXPECT_EQ(message->info, Hashed(1, "\"a\""));
    EXPECT_EQ(Last<Match>(client)->swarm_peers, 2u);
  }
}

TEST_F(JoinsTest, AFreshResourceIsAnsweredAtOnceAndAStaleOneAskedForAgain) {
  Connect(1);
  JoinUrl(1, kUrl);
  tracker_->ResourceReady(now_, kUrl, Hashed(1, "\"a\""));
  Forget();
  Connect(2);
  JoinUrl(2, kUrl);
  EXPECT_TRUE(Last<FileInfoMessage>(2));
  EXPECT_TRUE(needed_.empty());
  Pass(options_.resource_fresh + Duration::Seconds(1));
  Connect(3);
  JoinUrl(3, kUrl);
  EXPECT_EQ(needed_.size(), 1u);
  EXPECT_FALSE(Last<FileInfoMessage>(3));
}

TEST_F(JoinsTest, AStaleResourceIsNotGivenToOneWhoComesBeforeTheTimer) {
  Connect(1);
  Connect(2);
  JoinUrl(1, kUrl);
  tracker_->ResourceReady(now_, kUrl, Hashed(1, "\"a\""));
  Forget();
  now_ = now_ + options_.resource_fresh;
  JoinUrl(2, kUrl);
  EXPECT_EQ(needed_.size(), 1u);
  EXPECT_FALSE(Last<FileInfoMessage>(2));
}

TEST_F(JoinsTest, AChangedResourceIsAnotherSwarm) {
  Connect(1);
  JoinUrl(1, kUrl);
  tracker_->ResourceReady(now_, kUrl, Hashed(1, "\"a\""));
  Pass(options_.resource_fresh + Duration::Seconds(1));
  Connect(2);
  JoinUrl(2, kUrl);
  tracker_->ResourceReady(now_, kUrl, Hashed(2, "\"b\""));
  Drain();
  EXPECT_EQ(Last<FileInfoMessage>(2)->id, SomeInfo(2).ComputeRoot());
  EXPECT_TRUE(Met(2).empty());
}

TEST_F(JoinsTest, UrlsWithTheSameContentShareASwarmAndKeepTheirValidators) {
  const std::string mirror = "https://mirror.example/film.mp4";
  Connect(1);
  JoinUrl(1, kUrl);
  tracker_->ResourceReady(now_, kUrl, Hashed(1, "\"a\""));
  Connect(2);
  JoinUrl(2, mirror);
  tracker_->ResourceReady(now_, mirror, Hashed(1, "\"other\""));
  Drain();
  EXPECT_EQ(Last<FileInfoMessage>(2)->info.validator.etag, "\"other\"");
  EXPECT_EQ(Met(2), std::vector<uint64_t>{1});
}

TEST_F(JoinsTest, AFailureGoesToAllWhoWaitAndIsAskedAgainLater) {
  Connect(1);
  Connect(2);
  JoinUrl(1, kUrl, 11);
  JoinUrl(2, kUrl, 22);
  tracker_->ResourceFailed(now_, kUrl, SwarmErrorCode::kNotShareable,
                           "Cache-Control: no-store");
  Drain();
  EXPECT_EQ(Last<SwarmError>(1)->ref, 11u);
  EXPECT_EQ(Last<SwarmError>(2)->ref, 22u);
  EXPECT_EQ(Last<SwarmError>(2)->code, SwarmErrorCode::kNotShareable);
  EXPECT_EQ(Last<SwarmError>(2)->text, "Cache-Control: no-store");
  Forget();
  JoinUrl(1, kUrl, 12);
  EXPECT_EQ(needed_.size(), 1u);
}

TEST_F(JoinsTest, WhoeverHasLeftMeanwhileIsNotAnswered) {
  Connect(1);
  JoinUrl(1, kUrl);
  Disconnect(1);
  Connect(1);  // on another socket, and has not asked again
  Forget();
  tracker_->ResourceReady(now_, kUrl, Hashed(1, ""));
  Drain();
  EXPECT_TRUE(sent_.empty());
}

TEST_F(JoinsTest, WaitingJoinsAreBounded) {
  options_.limits.waiting_per_client = 2;
  Start(options_);
  Connect(1);
  JoinUrl(1, "https://a.example/1");
  JoinUrl(1, "https://a.example/2");
  JoinUrl(1, "https://a.example/3");
  EXPECT_EQ(needed_.size(), 2u);
  EXPECT_EQ(Last<SwarmError>(1)->code, SwarmErrorCode::kBusy);
  tracker_->ResourceFailed(now_, "https://a.example/1",
                           SwarmErrorCode::kOriginError, "");
  JoinUrl(1, "https://a.example/3");
  EXPECT_EQ(needed_.size(), 3u);
}

TEST_F(JoinsTest, LongUrlsAreRefused) {
  Connect(1);
  JoinUrl(1, "https://a.example/" + std::string(2048, 'x'));
  EXPECT_EQ(Last<SwarmError>(1)->code, SwarmErrorCode::kNotShareable);
  EXPECT_TRUE(needed_.empty());
}

// --- by id
// ------------------------------------------------------------------------

TEST_F(JoinsTest, AManifestNeedsNothingFromTheTracker) {
  Connect(1);
  Connect(2);
  JoinSwarm(1, SomeInfo().ComputeRoot());
  JoinSwarm(2, SomeInfo().ComputeRoot());
  EXPECT_EQ(Met(1), std::vector<uint64_t>{2});
  EXPECT_EQ(Met(2), std::vector<uint64_t>{1});
  EXPECT_FALSE(Last<FileInfoMessage>(2));
}

TEST_F(JoinsTest, AShareIsFoundByItsId) {
  const FileInfo info = SomeInfo();
  Connect(1);
  Publish(1, info);
  JoinSwarm(1, info.ComputeRoot(), Join::kHasInfo | Join::kSeeder);
  Connect(2);
  JoinSwarm(2, info.ComputeRoot(), Join::kP2pOnly, 42);
  ASSERT_TRUE(Last<FileInfoMessage>(2));
  EXPECT_EQ(Last<FileInfoMessage>(2)->ref, 42u);
  EXPECT_EQ(Last<FileInfoMessage>(2)->info, info);
  EXPECT_EQ(Last<Match>(2)->swarm_seeders, 1u);
  EXPECT_EQ(Last<Match>(1)->swarm_seeders, 0u);  // besides the receiver
}

TEST_F(JoinsTest, AnUnknownIdIsNotFound) {
  Connect(1);
  JoinSwarm(1, SomeInfo().ComputeRoot(), Join::kP2pOnly, 42);
  ASSERT_TRUE(Last<SwarmError>(1));
  EXPECT_EQ(Last<SwarmError>(1)->ref, 42u);
  EXPECT_EQ(Last<SwarmError>(1)->code, SwarmErrorCode::kNotFound);
  EXPECT_EQ(tracker_->stats().swarms, 0u);
}

TEST_F(JoinsTest, FileInfoWithAnotherRootIsALie) {
  const ConnHandle conn = Connect(1);
  SendOn(conn, FileInfoMessage{7, SomeInfo(2).ComputeRoot(), SomeInfo(1)});
  EXPECT_EQ(Closed(conn), CloseReason::kMalformed);
  EXPECT_EQ(tracker_->stats().swarms, 0u);
}

TEST_F(JoinsTest, AShareOutlivesAReloadOfItsSharer) {
  const FileInfo info = SomeInfo();
  Connect(1);
  Publish(1, info);
  JoinSwarm(1, info.ComputeRoot(), Join::kHasInfo | Join::kSeeder);
  Say(1, Leave{info.ComputeRoot()});
  Disconnect(1);
  Pass(options_.away_grace + Duration::Seconds(5));
  Connect(2);
  JoinSwarm(2, info.ComputeRoot(), Join::kP2pOnly);
  EXPECT_TRUE(Last<FileInfoMessage>(2));
  Say(2, Leave{info.ComputeRoot()});
  Pass(options_.swarm_grace + Duration::Seconds(1));
  JoinSwarm(2, info.ComputeRoot(), Join::kP2pOnly);
  EXPECT_EQ(Last<SwarmError>(2)->code, SwarmErrorCode::kNotFound);
  EXPECT_EQ(tracker_->stats().swarms, 0u);
}

TEST_F(JoinsTest, ASwarmWithoutFileInfoEndsWithItsLastMember) {
  Connect(1);
  JoinSwarm(1, SomeInfo().ComputeRoot());
  EXPECT_EQ(tracker_->stats().swarms, 1u);
  Say(1, Leave{SomeInfo().ComputeRoot()});
  EXPECT_EQ(tracker_->stats().swarms, 0u);
}

TEST_F(JoinsTest, SwarmsPerClientAreBounded) {
  options_.limits.swarms_per_client = 2;
  Start(options_);
  Connect(1);
  for (uint8_t i = 1; i <= 3; ++i) JoinSwarm(1, SomeInfo(i).ComputeRoot());
  EXPECT_EQ(Last<SwarmError>(1)->code, SwarmErrorCode::kBusy);
  EXPECT_EQ(tracker_->stats().members, 2u);
  // Not a new one.
  Forget();
  JoinSwarm(1, SomeInfo(1).ComputeRoot());
  EXPECT_FALSE(Last<SwarmError>(1));
}

TEST_F(JoinsTest, JoinsAreLimited) {
  options_.limits.joins = {.burst = 5, .per_second = 1};
  Start(options_);
  Connect(1);
  for (uint8_t i = 1; i <= 6; ++i) JoinSwarm(1, SomeInfo(i).ComputeRoot());
  EXPECT_EQ(Last<SwarmError>(1)->code, SwarmErrorCode::kBusy);
  EXPECT_EQ(tracker_->stats().members, 5u);
}

TEST_F(JoinsTest, PublishedFileInfoIsBoundedPerClientAndInAll) {
  options_.limits.published_per_client = 2 * StoredBytes(SomeInfo()) + 1;
  options_.limits.published = 3 * StoredBytes(SomeInfo()) + 1;
  Start(options_);
  Connect(1);
  Connect(2);
  for (uint8_t i = 1; i <= 3; ++i) Publish(1, SomeInfo(i));
  EXPECT_EQ(Last<SwarmError>(1)->code, SwarmErrorCode::kBusy);
  EXPECT_EQ(tracker_->stats().swarms, 2u);
  Publish(2, SomeInfo(4));
  EXPECT_EQ(tracker_->stats().swarms, 3u);
  Publish(2, SomeInfo(5));
  EXPECT_EQ(tracker_->stats().swarms, 3u);
  // What nobody joined is gone after a while.
  Pass(options_.swarm_grace + Duration::Seconds(1));
  EXPECT_EQ(tracker_->stats().swarms, 0u);
  EXPECT_EQ(tracker_->registry().published_bytes(), 0u);
}

// --- browsers that can't connect
// ----------------------------------------------------

class BrowserSwarmTest : public TrackerTest {
 protected:
  // Lets pairs of these two browsers fail until the tracker has learnt it.
  void LearnThatPairsFail(BrowserVendor a, BrowserVendor b) {
    for (uint64_t i = 0; i < 50; ++i) {
      const uint64_t one = 1000 + 2 * i, other = one + 1;
      Connect(one, {.vendor = a});
      Connect(other, {.vendor = b});
      const SwarmId pair =
          SomeInfo(static_cast<uint8_t>(100 + i)).ComputeRoot();
      JoinSwarm(one, pair);
      JoinSwarm(other, pair);
      Report report;
      report.swarm = pair;
      report.connections.push_back(
          {.peer = ClientId(other), .state = Report::kFailed});
      Say(one, report);
    }
  }
  void ShareFrom(BrowserVendor vendor) {
    Connect(1, {.vendor = vendor});
    Publish(1, SomeInfo());
    JoinSwarm(1, SomeInfo().ComputeRoot(), Join::kHasInfo | Join::kSeeder);
  }
};

TEST_F(BrowserSwarmTest, AFirefoxOnlySwarmIsCalledThat) {
  LearnThatPairsFail(BrowserVendor::kChromium, BrowserVendor::kFirefox);
  ShareFrom(BrowserVendor::kFirefox);
  Connect(2, {.vendor = BrowserVendor::kChromium});
  JoinSwarm(2, SomeInfo().ComputeRoot(), Join::kP2pOnly);
  EXPECT_EQ(Last<SwarmError>(2)->code, SwarmErrorCode::kFirefoxOnly);
  Connect(3, {.vendor = BrowserVendor::kFirefox});
  JoinSwarm(3, SomeInfo().ComputeRoot(), Join::kP2pOnly);
  EXPECT_EQ(Met(3), std::vector<uint64_t>{1});
}

TEST_F(BrowserSwarmTest, AChromeOnlySwarmIsCalledThat) {
  LearnThatPairsFail(BrowserVendor::kChromium, BrowserVendor::kFirefox);
  ShareFrom(BrowserVendor::kChromium);
  Connect(2, {.vendor = BrowserVendor::kFirefox});
  JoinSwarm(2, SomeInfo().ComputeRoot(), Join::kP2pOnly);
  EXPECT_EQ(Last<SwarmError>(2)->code, SwarmErrorCode::kChromeOnly);
}

TEST_F(BrowserSwarmTest, BrowsersThatConnectAreWelcome) {
  ShareFrom(BrowserVendor::kFirefox);
  Connect(2, {.vendor = BrowserVendor::kChromium});
  JoinSwarm(2, SomeInfo().ComputeRoot(), Join::kP2pOnly);
  EXPECT_FALSE(Last<SwarmError>(2));
  EXPECT_EQ(Met(2), std::vector<uint64_t>{1});
}

}  // namespace
}  // namespace peer5
