// Two trackers back to back, with what passes between them carried by hand.

#include <array>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/tracker/introduction.h"
#include "core/tracker/peer_record.h"
#include "core/wire/reader.h"
#include "tests/unit/tracker/fixture.h"

namespace peer5 {
namespace {

constexpr Timestamp kNow = Timestamp::Millis(500'000);

PeerRecord SomeRecord() {
  PeerRecord record;
  record.client = ClientId(0x0102030405060708);
  record.secret = 99;
  record.traits.address = Address(10, 1, 2, 3, 64500, 0x4445);
  record.traits.browser = {1, 156};
  record.traits.reported = true;
  record.traits.up_rate = 1e6;
  record.traits.load = 200;
  record.traits.loss = 0.025;
  record.traits.delay = Duration::Millis(40);
  record.traits.uploaded = uint64_t{5} << 32;
  record.traits.downloaded = 7;
  record.traits.connections = 12;
  record.traits.since = kNow - Duration::Seconds(90);
  record.share.seeder = true;
  record.share.have = AvailabilitySketch::Everything();
  return record;
}

std::vector<uint8_t> BytesOf(const PeerRecord& record) {
  Writer writer;
  record.SerializeTo(kNow, writer);
  return writer.Take();
}

TEST(PeerRecordTest, SurvivesTheWayToAnotherClock) {
  const std::vector<uint8_t> bytes = BytesOf(SomeRecord());
  Reader reader(bytes);
  const Timestamp there = Timestamp::Millis(123'000);
  const auto record = PeerRecord::Parse(there, reader);
  ASSERT_TRUE(record.has_value());
  EXPECT_TRUE(reader.AtEnd());
  const PeerRecord sent = SomeRecord();
  EXPECT_EQ(record->client, sent.client);
  EXPECT_EQ(record->secret, sent.secret);
  EXPECT_EQ(record->traits.address, sent.traits.address);
  EXPECT_EQ(record->traits.browser, sent.traits.browser);
  EXPECT_EQ(record->traits.up_rate, sent.traits.up_rate);
  EXPECT_EQ(record->traits.load, sent.traits.load);
  EXPECT_DOUBLE_EQ(record->traits.loss, sent.traits.loss);
  EXPECT_EQ(record->traits.delay, sent.traits.delay);
  EXPECT_EQ(record->traits.uploaded, sent.traits.uploaded);
  EXPECT_EQ(record->traits.connections, sent.traits.connections);
  EXPECT_EQ(there - record->traits.since, Duration::Seconds(90));
  EXPECT_TRUE(record->share.seeder);
  EXPECT_EQ(record->share.have, sent.share.have);
}

TEST(PeerRecordTest, EveryTruncationIsRefused) {
  const std::vector<uint8_t> bytes = BytesOf(SomeRecord());
  for (size_t length = 0; length < bytes.size(); ++length) {
    Reader reader(absl::MakeConstSpan(bytes).first(length));
    EXPECT_FALSE(PeerRecord::Parse(kNow, reader).has_value()) << length;
  }
}

class InstancesTest : public TrackerTest {
 protected:
  void SetUp() override {
    TrackerOptions options{.seed = 1};
    options.shared = true;
    Start(options);
  }

  // A client of another instance, introduced to one of ours.
  void IntroduceFromAfar(uint64_t dest, const SwarmId& swarm,
                         const PeerRecord& peer, uint32_t instance = 7) {
    const Introduction introduction{swarm, ClientId(dest), false, peer};
    Writer writer;
    introduction.SerializeTo(now_, writer);
    tracker_->FromInstance(now_, InstanceHandle(instance), writer.Take());
    Drain();
  }
  void Sample(const SwarmId& swarm, const std::vector<PeerRecord>& found,
              uint32_t peers, uint32_t instance = 7) {
    SwarmSample sample;
    sample.peers = peers;
    for (const PeerRecord& record : found) {
      sample.members.emplace_back(InstanceHandle(instance), record);
    }
    tracker_->SwarmSampled(now_, swarm, sample);
    Drain();
  }
  PeerRecord Foreign(uint64_t client) {
    PeerRecord record = SomeRecord();
    record.client = ClientId(client);
    record.traits.since = now_;
    record.share.seeder = false;
    record.share.have = {};
    return record;
  }

  const SwarmId swarm_ = SomeInfo().ComputeRoot();
};

TEST_F(InstancesTest, WhoeverCameFirstIsOfferedThoseFoundLater) {
  Connect(1);
  JoinSwarm(1, swarm_);
  Sample(swarm_, {Foreign(50), Foreign(51)}, 2);
  auto met = Met(1);
  std::sort(met.begin(), met.end());
  EXPECT_EQ(met, (std::vector<uint64_t>{50, 51}));
  EXPECT_EQ(Last<Match>(1)->swarm_peers, 2u);
}

TEST_F(InstancesTest, ThoseBesideTheSampleCount) {
  Connect(1);
  JoinSwarm(1, swarm_);
  Sample(swarm_, {Foreign(50)}, 4000);
  Connect(2);
  JoinSwarm(2, swarm_);
  EXPECT_EQ(Last<Match>(2)->swarm_peers, 4001u);
}

TEST_F(InstancesTest, WhoeverIsNoLongerFoundIsNoLongerOffered) {
  Connect(1);
  JoinSwarm(1, swarm_);
  Sample(swarm_, {Foreign(50)}, 1);
  Sample(swarm_, {Foreign(51)}, 1);
  Connect(2);
  JoinSwarm(2, swarm_);
  const auto met = Met(2);
  EXPECT_EQ(std::count(met.begin(), met.end(), 50u), 0);
  EXPECT_EQ(std::count(met.begin(), met.end(), 51u), 1);
}

TEST_F(InstancesTest, AnIntroductionIsPassedOnAndOpensTheWayForDescriptions) {
  Connect(1);
  JoinSwarm(1, swarm_);
  IntroduceFromAfar(1, swarm_, Foreign(50));
  EXPECT_EQ(Met(1), std::vector<uint64_t>{50});
  const Sdp offer{ClientId(50), ClientId(1), SdpKind::kOffer, "v=0"};
  tracker_->FromInstance(now_, InstanceHandle(7), SerializeMessage(offer));
  Drain();
  EXPECT_EQ(Last<Sdp>(1)->text, "v=0");
}

TEST_F(InstancesTest, AStrangerFromAfarHearsADecline) {
  Connect(1);
  JoinSwarm(1, swarm_);
  const Sdp offer{ClientId(50), ClientId(1), SdpKind::kOffer, "v=0"};
  tracker_->FromInstance(now_, InstanceHandle(7), SerializeMessage(offer));
  const auto actions = tracker_->TakeActions();
  ASSERT_EQ(actions.size(), 1u);
  const auto* answer = std::get_if<tracker_action::Forward>(&actions[0]);
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->instance, InstanceHandle(7));
  EXPECT_FALSE(Last<Sdp>(1).has_value());
}

TEST_F(InstancesTest, AnotherInstanceCannotTakeAClientThatIsHere) {
  Connect(1);
  JoinSwarm(1, swarm_);
  Connect(2);
  JoinSwarm(2, swarm_);
  Sample(swarm_, {Foreign(2)}, 1);
  Say(1, WantPeers{swarm_, 5});
  EXPECT_EQ(tracker_->stats().clients, 2u);
}

TEST_F(InstancesTest, AnInstanceThatIsGoneTakesItsClientsAlong) {
  Connect(1);
  JoinSwarm(1, swarm_);
  Sample(swarm_, {Foreign(50), Foreign(51)}, 2);
  tracker_->InstanceGone(now_, InstanceHandle(7), {});
  Forget();
  Connect(2);
  JoinSwarm(2, swarm_);
  EXPECT_EQ(Met(2), std::vector<uint64_t>{1});
}

TEST_F(InstancesTest, WhoeverOffersToAnInstanceThatIsGoneIsDeclinedAndMeetsIt) {
  Connect(1);
  JoinSwarm(1, swarm_);
  Sample(swarm_, {Foreign(50)}, 1);
  Forget();
  const Sdp offer{ClientId(1), ClientId(50), SdpKind::kOffer, "v=0"};
  tracker_->InstanceGone(now_, InstanceHandle(7), SerializeMessage(offer));
  Drain();
  EXPECT_EQ(Last<Sdp>(1)->kind, SdpKind::kDecline);
  EXPECT_EQ(Last<Sdp>(1)->origin, ClientId(50));
  // The pair need not wait as one of which a connection failed.
  Forget();
  Sample(swarm_, {Foreign(50)}, 1, /*instance=*/8);
  Say(1, WantPeers{swarm_, 5});
  EXPECT_EQ(Met(1), std::vector<uint64_t>{50});
}

TEST_F(InstancesTest, ForeignClientsAreForgottenWithTheLastWhoCares) {
  Connect(1);
  JoinSwarm(1, swarm_);
  Sample(swarm_, {Foreign(50)}, 1);
  EXPECT_NE(tracker_->registry().Find(ClientId(50)), nullptr);
  Disconnect(1);
  Pass(Duration::Seconds(200));
  EXPECT_EQ(tracker_->registry().Find(ClientId(50)), nullptr);
  EXPECT_EQ(tracker_->registry().num_swarms(), 0u);
}

}  // namespace
}  // namespace peer5
