// Client and tracker: each message as it looks on the wire.

#include <gtest/gtest.h>

#include "core/wire/client_hello.h"
#include "core/wire/completed_download.h"
#include "core/wire/file_info.h"
#include "core/wire/join.h"
#include "core/wire/leave.h"
#include "core/wire/match.h"
#include "core/wire/notice.h"
#include "core/wire/report.h"
#include "core/wire/sdp.h"
#include "core/wire/swarm_error.h"
#include "core/wire/swarm_health.h"
#include "core/wire/want_peers.h"
#include "core/wire/welcome.h"
#include "tests/unit/wire/wire_testing.h"

namespace peer5 {
namespace {

// 32 bytes, all 0x11.
const SwarmId kId = [] {
  SwarmId id;
  id.fill(0x11);
  return id;
}();
#define ID "1111111111111111111111111111111111111111111111111111111111111111"

TEST(TrackerMessagesTest, ClientHelloIntroducesAClient) {
  ClientHello hello;
  hello.version = 1;
  hello.client = ClientId(0x0102030405060708);
  hello.secret = 0x1112131415161718;
  hello.vendor = BrowserVendor::kFirefox;
  hello.browser_version = 153;
  hello.network = ClientHello::kCellular | ClientHello::kNoUploads;
  hello.token = "t";
  ExpectOnWire(hello,
               "20 00000018 01 0102030405060708 1112131415161718 02 0099 05 "
               "0001 74");
}

TEST(TrackerMessagesTest, ReportTellsHowAClientStands) {
  Report report;
  report.swarm = kId;
  report.http_bytes = 1;
  report.peer_bytes = 2;
  report.stored_bytes = 3;
  report.uploaded = 4;
  report.wasted = 5;
  report.down_rate = 6;
  report.up_rate = 7;
  report.load = 0xE1;
  report.last_block = 8;
  report.num_blocks = 10;
  report.map = {0xFF, 0x03};
  report.connections = {{ClientId(9), Report::kFailed, 10, 11, 12, 13}};
  ExpectOnWire(report,
               "21 00000072 " ID
               "0000000000000001 0000000000000002 0000000000000003 "
               "0000000000000004 0000000000000005 00000006 00000007 "
               "E1 00000008 0000000A FF03 0001 0000000000000009 02 000A "
               "000B 0000000C 0000000D");
}

TEST(TrackerMessagesTest, AReportCannotClaimMoreThanItCarries) {
  std::vector<uint8_t> value(32 + 5 * 8 + 3 * 4 + 1);
  const auto more_blocks = Bytes("FFFFFFFF");
  value.insert(value.end(), more_blocks.begin(), more_blocks.end());
  EXPECT_FALSE(Report::Parse(value));
}

FileInfo SmallInfo() {
  FileInfo info{
      *Layout::Create(100, 64, 16), {}, {"\"e\"", "m"}, "o", "n", "t"};
  info.block_hashes.resize(2);
  info.block_hashes[1].fill(0x22);
  return info;
}

TEST(TrackerMessagesTest, FileInfoTellsAllOfAResource) {
  ExpectOnWire(
      FileInfoMessage{7, kId, SmallInfo()},
      "22 00000089 00000007 " ID
      "0000000000000064 00000040 00000010 0003 226522 0001 6D 0001 6F "
      "0001 6E 0001 74 00000002"
      "0000000000000000000000000000000000000000000000000000000000000000"
      "2222222222222222222222222222222222222222222222222222222222222222");
}

TEST(TrackerMessagesTest, FileInfoWithTheWrongNumberOfHashesIsMalformed) {
  FileInfo info = SmallInfo();
  info.block_hashes.resize(3);
  const auto wire = SerializeMessage(FileInfoMessage{0, kId, info});
  EXPECT_FALSE(FileInfoMessage::Parse(
      absl::MakeConstSpan(wire).subspan(kFrameHeaderSize)));
}

TEST(TrackerMessagesTest, FileInfoWithAnImpossibleLayoutIsMalformed) {
  auto wire = SerializeMessage(FileInfoMessage{0, kId, SmallInfo()});
  wire[kFrameHeaderSize + 4 + 32 + 8 + 3] = 0;  // block size 0
  EXPECT_FALSE(FileInfoMessage::Parse(
      absl::MakeConstSpan(wire).subspan(kFrameHeaderSize)));
}

TEST(TrackerMessagesTest, MatchIntroducesClients) {
  ExpectOnWire(Match{kId, 3, 1, {{ClientId(5), Match::kYouOffer}}},
               "23 00000031 " ID "00000003 00000001 0000000000000005 01", 9,
               40);
}

TEST(TrackerMessagesTest, JoinNamesAUrlOrASwarm) {
  Join by_url;
  by_url.ref = 1;
  by_url.url = "u";
  ExpectOnWire(by_url, "24 00000009 00000001 00 00 0001 75");
  Join by_id;
  by_id.ref = 2;
  by_id.flags = Join::kHasInfo | Join::kP2pOnly;
  by_id.id = kId;
  ExpectOnWire(by_id, "24 00000026 00000002 05 01 " ID);
}

TEST(TrackerMessagesTest, ShortOnes) {
  ExpectOnWire(Leave{kId}, "25 00000020 " ID);
  ExpectOnWire(WantPeers{kId, 9}, "26 00000021 " ID "09");
  ExpectOnWire(CompletedDownload{kId}, "32 00000020 " ID);
  ExpectOnWire(SwarmHealth{kId, 1, 2, 3},
               "29 0000002C " ID "00000001 00000002 00000003");
  ExpectOnWire(SwarmError{4, SwarmErrorCode::kFirefoxOnly, "x"},
               "30 00000008 00000004 0B 0001 78");
  ExpectOnWire(Notice{NoticeCode::kRateLimited, 1000, "x"},
               "27 00000008 02 000003E8 0001 78");
  EXPECT_FALSE(Notice::Parse(Bytes("00 000003E8 0000")));
  EXPECT_FALSE(Notice::Parse(Bytes("07 000003E8 0000")));
}

TEST(TrackerMessagesTest, WelcomeNamesIceServers) {
  ExpectOnWire(Welcome{1, 10000, {{"stun:a", "", ""}, {"turn:b", "u", "p"}}},
               "28 00000020 01 00002710 02 "
               "0006 7374756E3A61 0000 0000 "
               "0006 7475726E3A62 0001 75 0001 70");
}

TEST(TrackerMessagesTest, SdpGoesFromOneClientToAnother) {
  ExpectOnWire(Sdp{ClientId(1), ClientId(2), SdpKind::kCandidate, "{}"},
               "31 00000015 0000000000000001 0000000000000002 02 0002 7B7D");
  EXPECT_FALSE(Sdp::Parse(
      Bytes("0000000000000001 0000000000000002 05 0000")));  // no such kind
}

TEST(TrackerMessagesTest, TextMustBeUtf8AndNotTooLong) {
  EXPECT_FALSE(Join::Parse(Bytes("00000001 00 00 0001 FF")));
  EXPECT_FALSE(Join::Parse(Bytes("00000001 00 00 0002 C080")));    // overlong
  EXPECT_FALSE(Join::Parse(Bytes("00000001 00 00 0003 EDA080")));  // surrogate
  EXPECT_TRUE(Join::Parse(Bytes("00000001 00 00 0004 F09F9880")));
  Join join;
  join.url.assign(Join::kMaxUrl, 'a');
  auto wire = SerializeMessage(join);
  EXPECT_TRUE(Join::Parse(absl::MakeConstSpan(wire).subspan(5)));
  auto value = Bytes("00000001 00 00 1001");
  value.insert(value.end(), Join::kMaxUrl + 1, 'a');
  EXPECT_FALSE(Join::Parse(value));
}

TEST(WriterTest, LongTextIsCutAtACharactersEdge) {
  Writer writer;
  writer.String("ab\xC3\xA9", 3);  // "abé": the cut would fall into é
  EXPECT_EQ(writer.Take(), Bytes("0002 6162"));
}

TEST(FrameReaderTest, SeveralMessagesStandBackToBack) {
  const auto wire = Bytes("19 00000004 00000001 7F 00000000 1A 00000001 FF");
  FrameReader reader(wire);
  EXPECT_EQ(reader.Next()->tag, 0x19);
  EXPECT_EQ(reader.Next()->tag, 0x7F);  // unknown: the caller skips it
  EXPECT_EQ(reader.Next()->value.size(), 1u);
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.malformed());
}

TEST(FrameReaderTest, ALengthBeyondTheEndIsMalformed) {
  const auto wire = Bytes("19 FFFFFFFF 00000001");
  FrameReader reader(wire);
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.malformed());
}

}  // namespace
}  // namespace peer5
