// Peer to peer: each message as it looks on the wire.

#include <gtest/gtest.h>

#include "core/wire/cancel.h"
#include "core/wire/close_swarm.h"
#include "core/wire/data.h"
#include "core/wire/have.h"
#include "core/wire/hello.h"
#include "core/wire/info_request.h"
#include "core/wire/open_swarms.h"
#include "core/wire/ping.h"
#include "core/wire/pong.h"
#include "core/wire/refuse.h"
#include "core/wire/request.h"
#include "tests/unit/wire/wire_testing.h"

namespace peer5 {
namespace {

constexpr SwarmPrefix kSwarm{0x01020304};

TEST(PeerMessagesTest, RequestNamesChunks) {
  ExpectOnWire(
      Request{kSwarm, {ChunkIndex(0x01020304), ChunkIndex(0x0A0B0C0D)}},
      "12 0000000C 01020304 01020304 0A0B0C0D", 4, 4);
  ExpectOnWire(Request{kSwarm, {}}, "12 00000004 01020304", 4, 4);
}

TEST(PeerMessagesTest, CancelWithoutChunksMeansAll) {
  ExpectOnWire(Cancel{kSwarm, {}}, "13 00000004 01020304", 4, 4);
  ExpectOnWire(Cancel{kSwarm, {ChunkIndex(7)}}, "13 00000008 01020304 00000007",
               4, 4);
}

TEST(PeerMessagesTest, HaveOfASeederIsShort) {
  Have have{kSwarm};
  have.seeder = true;
  ExpectOnWire(have, "14 00000006 01020304 01 00");
}

TEST(PeerMessagesTest, HaveCarriesAMapWhenComplete) {
  Have have{kSwarm};
  have.complete = true;
  have.map = {0x09, 0x02};  // blocks 0, 3 and 9 of 10
  ExpectOnWire(have, "14 00000008 01020304 00 01 09 02", 1, 6);
}

TEST(PeerMessagesTest, HaveCarriesBlocksAsAnUpdate) {
  Have have{kSwarm};
  have.blocks = {BlockIndex(7), BlockIndex(256)};
  ExpectOnWire(have, "14 0000000E 01020304 00 00 00000007 00000100", 4, 6);
}

TEST(PeerMessagesTest, HaveWithOtherThanZeroAndOneIsMalformed) {
  EXPECT_FALSE(Have::Parse(Bytes("01020304 02 00")));
  EXPECT_FALSE(Have::Parse(Bytes("01020304 00 FF")));
  EXPECT_FALSE(Have::Parse(Bytes("01020304 01 01")));
}

TEST(PeerMessagesTest, DataHeaderStandsBeforeItsPayload) {
  const auto wire = Bytes("11 0000000C 01020304 00000005 DEADBEEF");
  const auto data = Data::Parse(wire, static_cast<uint32_t>(wire.size()));
  ASSERT_TRUE(data);
  EXPECT_EQ(*data, (Data{kSwarm, ChunkIndex(5), 4}));
  const auto header = data->Header();
  EXPECT_TRUE(std::equal(header.begin(), header.end(), wire.begin()));
  // The head alone is enough.
  EXPECT_EQ(Data::Parse(absl::MakeConstSpan(wire).first(kDataHeaderSize), 17),
            data);
}

TEST(PeerMessagesTest, DataOfAnotherLengthThanItsFrameIsMalformed) {
  const auto wire = Bytes("11 0000000C 01020304 00000005 DEADBEEF");
  for (uint32_t length = 0; length < 40; ++length) {
    EXPECT_EQ(Data::Parse(wire, length).has_value(), length == wire.size());
  }
  for (size_t cut = 0; cut < kDataHeaderSize; ++cut) {
    EXPECT_FALSE(Data::Parse(absl::MakeConstSpan(wire).first(cut), 17));
  }
  EXPECT_FALSE(Data::Parse(Bytes("12 00000008 01020304 00000005"), 13));
}

TEST(PeerMessagesTest, HelloSaysWhoSpeaks) {
  ExpectOnWire(Hello{1, 0x80000001, ClientId(0x1122334455667788)},
               "15 0000000D 01 80000001 1122334455667788");
}

TEST(PeerMessagesTest, OpenSwarmsAgreesOnFullIds) {
  OpenSwarms open;
  SwarmId id{};
  id[0] = 0xAB;
  id[31] = 0xCD;
  open.swarms = {{id, OpenSwarms::kWontUpload}};
  ExpectOnWire(open,
               "16 00000021 AB000000000000000000000000000000"
               "000000000000000000000000000000CD 01",
               33, 0);
}

TEST(PeerMessagesTest, OpenSwarmsHasALimit) {
  const std::vector<uint8_t> most(OpenSwarms::kMaxSwarms * 33);
  EXPECT_TRUE(OpenSwarms::Parse(most));
  const std::vector<uint8_t> more((OpenSwarms::kMaxSwarms + 1) * 33);
  EXPECT_FALSE(OpenSwarms::Parse(more));
}

TEST(PeerMessagesTest, CloseSwarmNamesOne) {
  ExpectOnWire(CloseSwarm{kSwarm}, "17 00000004 01020304");
}

TEST(PeerMessagesTest, RefuseGivesAReason) {
  ExpectOnWire(Refuse{kSwarm, RefuseReason::kBusy, {ChunkIndex(9)}},
               "18 00000009 01020304 02 00000009", 4, 5);
  EXPECT_FALSE(Refuse::Parse(Bytes("01020304 00")));
  EXPECT_FALSE(Refuse::Parse(Bytes("01020304 06")));
}

TEST(PeerMessagesTest, PingIsAnsweredByPong) {
  ExpectOnWire(Ping{0xCAFEBABE}, "19 00000004 CAFEBABE");
  ExpectOnWire(Pong{0xCAFEBABE}, "1A 00000004 CAFEBABE");
}

TEST(PeerMessagesTest, InfoRequestNamesASwarm) {
  ExpectOnWire(InfoRequest{kSwarm}, "1B 00000004 01020304");
}

}  // namespace
}  // namespace peer5
