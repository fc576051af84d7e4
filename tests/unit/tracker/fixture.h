#ifndef PEER5_TESTS_UNIT_TRACKER_FIXTURE_H_
#define PEER5_TESTS_UNIT_TRACKER_FIXTURE_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/content/file_info.h"
#include "core/content/sha256.h"
#include "core/tracker/tracker.h"
#include "core/wire/client_hello.h"
#include "core/wire/completed_download.h"
#include "core/wire/file_info.h"
#include "core/wire/frame.h"
#include "core/wire/leave.h"
#include "core/wire/match.h"
#include "core/wire/swarm_health.h"
#include "core/wire/version.h"
#include "core/wire/want_peers.h"
#include "core/wire/writer.h"
#include "gtest/gtest.h"

namespace peer5 {

inline ClientAddress Address(uint8_t a, uint8_t b, uint8_t c, uint8_t d,
                             uint32_t asn = 0, uint16_t country = 0) {
  ClientAddress address;
  address.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d};
  address.asn = asn;
  address.country = country;
  return address;
}

// A resource of `blocks` blocks of 64 KiB that are told apart by `content`.
inline FileInfo SomeInfo(uint8_t content = 1, uint32_t blocks = 4) {
  FileInfo info{
      .layout = *Layout::Create(uint64_t{blocks} << 16, 1 << 16, 1 << 14),
      .block_hashes = {},
      .validator = {},
      .origin = "",
      .name = "",
      .type = ""};
  for (uint32_t i = 0; i < blocks; ++i) {
    Hash hash{};
    hash[0] = content;
    hash[1] = static_cast<uint8_t>(i);
    info.block_hashes.push_back(hash);
  }
  return info;
}

// A tracker with clients that are named by their ids, and what each was sent.
class TrackerTest : public ::testing::Test {
 protected:
  void Start(const TrackerOptions& options) {
    options_ = options;
    tracker_ = std::make_unique<Tracker>(options);
  }
  void SetUp() override { Start(TrackerOptions{.seed = 1}); }
  void TearDown() override { EXPECT_TRUE(tracker_->registry().Consistent()); }

  struct Hello {
    uint64_t secret = 99;
    BrowserVendor vendor = BrowserVendor::kChromium;
    ClientAddress address = Address(10, 0, 0, 1);
    uint8_t network = 0;
    std::string token{};
  };

  ConnHandle Connect(uint64_t client) { return Connect(client, Hello()); }
  ConnHandle Connect(uint64_t client, const Hello& hello) {
    const ConnHandle conn(next_conn_++);
    conn_of_[client] = conn;
    tracker_->SocketUp(now_, conn, hello.address);
    ClientHello message;
    message.version = kProtocolVersion;
    message.client = ClientId(client);
    message.secret = hello.secret;
    message.vendor = hello.vendor;
    message.browser_version = 120;
    message.network = hello.network;
    message.token = hello.token;
    SendOn(conn, message);
    return conn;
  }
  void Disconnect(uint64_t client) {
    tracker_->SocketDown(now_, conn_of_.at(client));
    Drain();
  }

  template <typename Message>
  void SendOn(ConnHandle conn, const Message& message) {
    SendBytes(conn, SerializeMessage(message));
  }
  void SendBytes(ConnHandle conn, const std::vector<uint8_t>& bytes) {
    tracker_->SocketMessage(now_, conn, bytes);
    Drain();
  }
  template <typename Message>
  void Say(uint64_t client, const Message& message) {
    SendOn(conn_of_.at(client), message);
  }

  void JoinSwarm(uint64_t client, const SwarmId& id,
                 uint8_t flags = Join::kHasInfo, uint32_t ref = 7) {
    Join join;
    join.ref = ref;
    join.flags = flags;
    join.id = id;
    Say(client, join);
  }
  void JoinUrl(uint64_t client, const std::string& url, uint32_t ref = 7) {
    Join join;
    join.ref = ref;
    join.url = url;
    Say(client, join);
  }
  void Publish(uint64_t client, const FileInfo& info) {
    Say(client, FileInfoMessage{7, info.ComputeRoot(), info});
  }

  void Pass(Duration time) {
    const Timestamp end = now_ + time;
    while (tracker_->deadline() <= end) {
      now_ = std::max(now_, tracker_->deadline());
      tracker_->Advance(now_);
      Drain();
    }
    now_ = end;
  }

  // All messages of a kind that this client was sent since Forget, on any of
  // its sockets.
  template <typename Message>
  std::vector<Message> Got(uint64_t client) const {
    std::vector<Message> found;
    for (const auto& [conn, bytes] : sent_) {
      if (conn != conn_of_.at(client)) continue;
      FrameReader reader(bytes);
      while (const auto frame = reader.Next()) {
        if (frame->tag != Message::kTag) continue;
        auto message = Message::Parse(frame->value);
        EXPECT_TRUE(message.has_value());
        if (message) found.push_back(*message);
      }
    }
    return found;
  }
  template <typename Message>
  std::optional<Message> Last(uint64_t client) const {
    const auto all = Got<Message>(client);
    return all.empty() ? std::nullopt : std::optional(all.back());
  }
  // Whom this client was told to meet, since Forget.
  std::vector<uint64_t> Met(uint64_t client) const {
    std::vector<uint64_t> ids;
    for (const Match& match : Got<Match>(client)) {
      for (const auto& candidate : match.candidates) {
        ids.push_back(candidate.peer.value());
      }
    }
    return ids;
  }
  std::optional<CloseReason> Closed(ConnHandle conn) const {
    const auto found = closed_.find(conn);
    return found == closed_.end() ? std::nullopt : std::optional(found->second);
  }
  void Forget() {
    sent_.clear();
    needed_.clear();
    tokens_.clear();
  }

  void Drain() {
    for (TrackerAction& action : tracker_->TakeActions()) {
      if (auto* send = std::get_if<tracker_action::SendTo>(&action)) {
        sent_.emplace_back(send->conn, std::move(send->message));
      } else if (auto* close = std::get_if<tracker_action::Close>(&action)) {
        closed_.emplace(close->conn, close->reason);
      } else if (auto* need =
                     std::get_if<tracker_action::NeedResource>(&action)) {
        needed_.push_back(need->url);
      } else if (auto* check =
                     std::get_if<tracker_action::CheckToken>(&action)) {
        tokens_.push_back(check->token);
      }
    }
  }

  TrackerOptions options_;
  std::unique_ptr<Tracker> tracker_;
  Timestamp now_ = Timestamp::Millis(1'000);
  uint32_t next_conn_ = 1;
  std::map<uint64_t, ConnHandle> conn_of_;  // the newest of each client
  std::vector<std::pair<ConnHandle, std::vector<uint8_t>>> sent_;
  std::map<ConnHandle, CloseReason> closed_;
  std::vector<std::string> needed_;
  std::vector<std::string> tokens_;
};

}  // namespace peer5

#endif  // PEER5_TESTS_UNIT_TRACKER_FIXTURE_H_
