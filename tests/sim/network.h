#ifndef PEER5_TESTS_SIM_NETWORK_H_
#define PEER5_TESTS_SIM_NETWORK_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/content/rng.h"
#include "core/content/time.h"
#include "tests/sim/event_queue.h"
#include "tests/sim/message_pool.h"

namespace peer5::sim {

using NodeId = uint32_t;
using ConnectionId = uint32_t;

// Connections are reused; an event names one by its place and its tag of the
// time, with the side that it concerns.
struct ConnectionRef {
  ConnectionId id;
  uint32_t tag_and_side;
};

struct NetworkOptions {
  double loss = 0;      // of packets
  bool ordered = true;  // what follows a lost packet waits for it
  // How often and how long a lost packet is sent again.
  int repeats = kForEver;
  Duration lifetime = Duration::Infinite();
  // Where not for ever: what would wait longer in a downlink's queue is lost.
  Duration max_queueing = Duration::Millis(400);

  static constexpr int kForEver = INT32_MAX;
  bool reliable() const {
    return repeats == kForEver && lifetime == Duration::Infinite();
  }
  // By the name of a kind of data channel.
  void SetChannel(const std::string& kind);
};

// What the network tells its owner.
class NetworkOwner {
 public:
  virtual ~NetworkOwner() = default;
  virtual void OnDelivered(Message& message) = 0;
  // What waits in the connection has fallen to its low-water mark.
  virtual void OnBufferedLow(ConnectionId connection, int side) = 0;
};

// Nodes behind access links, and connections between them.
//
// A message first occupies its sender's uplink for length / rate, which takes
// turns between the connections that have something to send; then travels for
// the connection's delay; then occupies the receiver's downlink, first come
// first served. The core of the network is never the bottleneck.
//
// Losses cost a connection rate (Mathis et al., 1997), the time to repeat a
// packet and the bytes of the repetition; where a channel does not repeat, or
// not for ever, they cost the whole message. Lengths are those of messages:
// header bytes of IP, UDP, DTLS and SCTP (some 5%) are taken as part of a
// link's nominal rate.
class Network {
 public:
  Network(const NetworkOptions& options, EventQueue& events, Rng& rng,
          NetworkOwner& owner)
      : options_(options), events_(events), rng_(rng), owner_(owner) {}

  // Rates in bytes/s.
  NodeId AddNode(double up_rate, double down_rate);
  void SetUpRate(NodeId node, double rate) { nodes_[node].up_rate = rate; }
  double up_rate(NodeId node) const { return nodes_[node].up_rate; }

  struct Side {
    NodeId node = 0;
    uint32_t handle = 0;  // what the node's client calls it
    uint32_t low_water = 0;
    uint32_t buffered = 0;  // bytes that wait for the uplink
    uint32_t head = kNoMessage;
    uint32_t tail = kNoMessage;
    // The turn list of the node's uplink.
    bool in_line = false;
    uint32_t line_next = 0;
    uint32_t line_prev = 0;
    Timestamp may_send_at;
    Timestamp last_arrival;
  };
  struct Connection {
    uint32_t tag = 0;
    bool used = false;
    bool http = false;
    bool up = false;
    bool closing = false;
    Duration delay;   // one way
    double pace = 0;  // bytes/s that loss leaves of the rate; 0: all of it
    std::array<Side, 2> side;
  };

  ConnectionId Connect(NodeId a, NodeId b, Duration delay, bool http);
  void Free(ConnectionId id);
  // After its delay has been set: what loss leaves of its rate.
  void SetPace(ConnectionId id);
  Connection& connection(ConnectionId id) { return connections_[id]; }
  const Connection& connection(ConnectionId id) const {
    return connections_[id];
  }
  // Null if it has been freed since.
  Connection* Find(ConnectionId id, uint32_t tag_and_side) {
    Connection& c = connections_[id];
    return c.used && c.tag == tag_and_side >> 1 ? &c : nullptr;
  }
  uint32_t Ref(ConnectionId id, int side) const {
    return connections_[id].tag << 1 | static_cast<uint32_t>(side);
  }

  void Send(Timestamp now, ConnectionId id, int from, Message message);
  // Forgets what waits to be sent.
  void DropQueue(ConnectionId id, int from);

  // Events.
  void OnUplinkFree(Timestamp now, NodeId node);
  void OnPaceOver(Timestamp now, ConnectionId id, uint32_t tag_and_side);
  void OnArrive(Timestamp now, uint32_t message);
  void OnDelivered(uint32_t message);

  MessagePool& messages() { return messages_; }

  // Ahead of an event, in this order: each brings into the cache what the next
  // one, and at last the event, will look at. They change nothing.
  void ForeseeEvent(const Event& event);
  void ForeseeConnection(const Event& event);
  void ForeseeReceiver(const Event& event);
  NodeId ReceiverOf(uint32_t message) {
    const Message& m = messages_[message];
    return connections_[m.connection].side[1 - m.from].node;
  }

  struct Totals {
    uint64_t data_messages = 0;
    uint64_t payload_bytes = 0;  // of Data messages
    uint64_t control_messages = 0;
    uint64_t control_bytes = 0;  // with the headers of Data
    uint64_t http_bytes = 0;     // bodies, as they leave the server
    uint64_t dropped = 0;        // messages lost for good
  };
  const Totals& totals() const { return totals_; }
  // Payload a node has put on its uplink.
  uint64_t uploaded(NodeId node) const { return nodes_[node].uploaded; }

 private:
  static constexpr uint32_t kNobody = UINT32_MAX;

  struct Node {
    double up_rate;
    double down_rate;
    Timestamp up_busy_until;
    Timestamp down_busy_until;
    bool waking = false;  // an event is under way for the end of that
    // Sides that have something to send, as connection * 2 + side.
    uint32_t line_head = kNobody;
    uint32_t line_tail = kNobody;
    uint64_t uploaded = 0;
  };

  Side& SideOf(uint32_t line_entry) {
    return connections_[line_entry >> 1].side[line_entry & 1];
  }
  void StandInLine(ConnectionId id, int from);
  void LeaveLine(ConnectionId id, int from);
  void WakeUplink(Node& node, NodeId id);
  void Transmit(Timestamp now, ConnectionId id, int from, uint32_t message);
  // The time that lost packets add; nullopt if the message is lost for good.
  std::optional<Duration> Misfortune(const Connection& connection,
                                     uint32_t length);
  void Count(Node& node, const Message& message);

  NetworkOptions options_;
  EventQueue& events_;
  Rng& rng_;
  NetworkOwner& owner_;
  std::vector<Node> nodes_;
  std::vector<Connection> connections_;
  std::vector<ConnectionId> free_;
  MessagePool messages_;
  Totals totals_;
};

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_NETWORK_H_
