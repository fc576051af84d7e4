#include "tests/sim/network.h"

#include <algorithm>
#include <map>
#include <vector>

#include "gtest/gtest.h"

namespace peer5::sim {
namespace {

// A network whose deliveries are noted.
class Lab : public NetworkOwner {
 public:
  explicit Lab(const NetworkOptions& options = {})
      : network(options, events, rng_, *this) {}

  void OnDelivered(Message& message) override {
    arrivals[message.connection].push_back(now_);
    bytes[message.connection] += message.length;
  }
  void OnBufferedLow(ConnectionId connection, int) override {
    low.push_back(connection);
  }

  ConnectionId Join(NodeId a, NodeId b, Duration delay) {
    return network.Connect(a, b, delay, /*http=*/false);
  }
  void Send(ConnectionId id, uint32_t length, int times = 1) {
    for (int i = 0; i < times; ++i) {
      Message message;
      message.length = length;
      network.Send(now_, id, 0, std::move(message));
    }
  }
  void RunUntil(Timestamp end) {
    while (!events.empty()) {
      const Event event = events.Pop();
      if (event.time > end) return;
      now_ = event.time;
      switch (event.kind) {
        case EventKind::kUplinkFree:
          network.OnUplinkFree(now_, event.a);
          break;
        case EventKind::kPaceOver:
          network.OnPaceOver(now_, event.a, event.b);
          break;
        case EventKind::kArrive:
          network.OnArrive(now_, event.a);
          break;
        default:
          network.OnDelivered(event.a);
          break;
      }
    }
  }
  void RunToEnd() { RunUntil(Timestamp::Never()); }

  EventQueue events;
  Network network;
  std::map<ConnectionId, std::vector<Timestamp>> arrivals;
  std::map<ConnectionId, uint64_t> bytes;
  std::vector<ConnectionId> low;

 private:
  Rng rng_{1};
  Timestamp now_;
};

TEST(Network, AMessageTakesUplinkThenDelayThenDownlink) {
  Lab lab;
  const NodeId a = lab.network.AddNode(1e6, 1e6);
  const NodeId b = lab.network.AddNode(1e6, 2e6);
  const ConnectionId c = lab.Join(a, b, Duration::Millis(50));
  lab.Send(c, 10'000);
  lab.RunToEnd();
  ASSERT_EQ(lab.arrivals[c].size(), 1u);
  EXPECT_EQ(lab.arrivals[c][0], Timestamp::Millis(10 + 50 + 5));
}

TEST(Network, ConnectionsTakeTurnsOnAnUplink) {
  Lab lab;
  const NodeId a = lab.network.AddNode(1e6, 1e6);
  const NodeId b = lab.network.AddNode(1e6, 1e9);
  const NodeId c = lab.network.AddNode(1e6, 1e9);
  const ConnectionId first = lab.Join(a, b, Duration::Millis(1));
  const ConnectionId second = lab.Join(a, c, Duration::Millis(1));
  lab.Send(first, 10'000, 100);
  lab.Send(second, 10'000, 100);
  lab.RunUntil(Timestamp::Millis(1000));
  EXPECT_NEAR(static_cast<double>(lab.bytes[first]),
              static_cast<double>(lab.bytes[second]), 20'000);
  EXPECT_NEAR(static_cast<double>(lab.bytes[first] + lab.bytes[second]), 1e6,
              20'000);
}

TEST(Network, ADownlinkIsNoFasterThanItsRate) {
  Lab lab;
  const NodeId b = lab.network.AddNode(1e6, 1e6);
  std::vector<ConnectionId> all;
  for (int i = 0; i < 4; ++i) {
    all.push_back(
        lab.Join(lab.network.AddNode(1e6, 1e6), b, Duration::Millis(1)));
    lab.Send(all.back(), 10'000, 100);
  }
  lab.RunUntil(Timestamp::Millis(1000));
  uint64_t sum = 0;
  for (const ConnectionId c : all) sum += lab.bytes[c];
  EXPECT_LE(sum, 1'000'000u);
  EXPECT_GE(sum, 970'000u);
}

TEST(Network, TellsWhenLittleWaits) {
  Lab lab;
  const NodeId a = lab.network.AddNode(1e6, 1e6);
  const NodeId b = lab.network.AddNode(1e6, 1e6);
  const ConnectionId c = lab.Join(a, b, Duration::Millis(1));
  lab.network.connection(c).side[0].low_water = 50'000;
  lab.Send(c, 10'000, 10);
  EXPECT_EQ(lab.network.connection(c).side[0].buffered, 90'000u);
  lab.RunToEnd();
  EXPECT_EQ(lab.low, std::vector<ConnectionId>{c});
}

TEST(Network, LossCostsAReliableChannelTimeAndNothingElse) {
  NetworkOptions options;
  options.loss = 0.05;
  Lab lab(options);
  const NodeId a = lab.network.AddNode(1e8, 1e8);
  const NodeId b = lab.network.AddNode(1e8, 1e8);
  const ConnectionId c = lab.Join(a, b, Duration::Millis(50));
  lab.Send(c, 1000, 200);
  lab.RunToEnd();
  EXPECT_EQ(lab.bytes[c], 200'000u);
  EXPECT_TRUE(std::is_sorted(lab.arrivals[c].begin(), lab.arrivals[c].end()));
  // 1.22 packets of 1,200 bytes a round trip of 110 ms and √0.05: 60 KB/s.
  EXPECT_GT(lab.arrivals[c].back(), Timestamp::Millis(3200));
  EXPECT_LT(lab.arrivals[c].back(), Timestamp::Millis(3800));
}

TEST(Network, LossTakesWholeMessagesOfAnUnreliableChannel) {
  NetworkOptions options;
  options.loss = 0.1;
  options.SetChannel("UNORDERED_UNRELIABLE");
  Lab lab(options);
  const NodeId a = lab.network.AddNode(1e8, 1e8);
  const NodeId b = lab.network.AddNode(1e8, 1e8);
  const ConnectionId c = lab.Join(a, b, Duration::Millis(5));
  lab.Send(c, 2400, 1000);  // two packets each: 19% lose one
  lab.RunToEnd();
  EXPECT_NEAR(static_cast<double>(lab.arrivals[c].size()), 810, 50);
  EXPECT_EQ(lab.arrivals[c].size() + lab.network.totals().dropped, 1000u);
}

TEST(Network, WhatIsUnderWayOnAFreedConnectionDoesNotReachItsSuccessor) {
  Lab lab;
  const NodeId a = lab.network.AddNode(1e6, 1e6);
  const NodeId b = lab.network.AddNode(1e6, 1e6);
  const ConnectionId old = lab.Join(a, b, Duration::Millis(50));
  lab.Send(old, 1000, 5);
  lab.network.Free(old);
  const ConnectionId fresh = lab.Join(a, b, Duration::Millis(50));
  ASSERT_EQ(fresh, old);
  lab.Send(fresh, 500);
  lab.RunToEnd();
  EXPECT_EQ(lab.bytes[fresh], 500u);
  EXPECT_EQ(lab.network.messages().size(), 0u);
}

}  // namespace
}  // namespace peer5::sim
