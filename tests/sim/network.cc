#include "tests/sim/network.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/wire/data.h"

namespace peer5::sim {
namespace {

constexpr double kPacket = 1200;  // what browsers put into one
// Messages so small do not wait for an idle downlink.
constexpr uint32_t kTiny = 256;

bool IsOfMessage(const Event& event) {
  return event.kind == EventKind::kArrive ||
         event.kind == EventKind::kDelivered;
}

Duration TransmitTime(uint32_t length, double rate) {
  return Duration::FromSeconds(length / rate);
}

}  // namespace

void NetworkOptions::SetChannel(const std::string& kind) {
  ordered = kind == "TCPLIKE_CHANNEL" || kind.starts_with("ORDERED");
  if (kind.ends_with("3ATTEMPS")) repeats = 3;
  if (kind.ends_with("1S")) lifetime = Duration::Seconds(1);
  if (kind == "UNORDERED_UNRELIABLE") repeats = 0;
}

NodeId Network::AddNode(double up_rate, double down_rate) {
  nodes_.push_back({up_rate, down_rate});
  return static_cast<NodeId>(nodes_.size() - 1);
}

ConnectionId Network::Connect(NodeId a, NodeId b, Duration delay, bool http) {
  if (free_.empty()) {
    free_.push_back(static_cast<ConnectionId>(connections_.size()));
    connections_.emplace_back();
  }
  const ConnectionId id = free_.back();
  free_.pop_back();
  Connection& c = connections_[id];
  const uint32_t tag = c.tag;
  c = Connection();
  c.tag = tag;
  c.used = true;
  c.http = http;
  c.delay = delay;
  c.side[0].node = a;
  c.side[1].node = b;
  SetPace(id);
  return id;
}

void Network::SetPace(ConnectionId id) {
  if (options_.loss == 0) return;
  Connection& c = connections_[id];
  const double round_trip = 2 * c.delay.seconds() + 0.01;
  c.pace = 1.22 * kPacket / (round_trip * std::sqrt(options_.loss));
}

void Network::Free(ConnectionId id) {
  DropQueue(id, 0);
  DropQueue(id, 1);
  Connection& c = connections_[id];
  c.used = false;
  c.tag = (c.tag + 1) & 0x7fffffff;
  free_.push_back(id);
}

void Network::DropQueue(ConnectionId id, int from) {
  Side& side = connections_[id].side[from];
  if (side.in_line) LeaveLine(id, from);
  while (side.head != kNoMessage) {
    const uint32_t message = side.head;
    side.head = messages_[message].next;
    messages_.Free(message);
  }
  side.tail = kNoMessage;
  side.buffered = 0;
}

void Network::StandInLine(ConnectionId id, int from) {
  const uint32_t entry = id << 1 | static_cast<uint32_t>(from);
  Side& side = SideOf(entry);
  Node& node = nodes_[side.node];
  side.in_line = true;
  side.line_next = kNobody;
  side.line_prev = node.line_tail;
  if (node.line_tail == kNobody) {
    node.line_head = entry;
  } else {
    SideOf(node.line_tail).line_next = entry;
  }
  node.line_tail = entry;
}

void Network::LeaveLine(ConnectionId id, int from) {
  Side& side = connections_[id].side[from];
  Node& node = nodes_[side.node];
  side.in_line = false;
  if (side.line_prev == kNobody) {
    node.line_head = side.line_next;
  } else {
    SideOf(side.line_prev).line_next = side.line_next;
  }
  if (side.line_next == kNobody) {
    node.line_tail = side.line_prev;
  } else {
    SideOf(side.line_next).line_prev = side.line_prev;
  }
}

void Network::WakeUplink(Node& node, NodeId id) {
  if (node.waking || node.line_head == kNobody) return;
  node.waking = true;
  events_.Push(node.up_busy_until, EventKind::kUplinkFree, id);
}

void Network::Send(Timestamp now, ConnectionId id, int from, Message message) {
  Connection& c = connections_[id];
  Side& side = c.side[from];
  Node& node = nodes_[side.node];
  message.connection = id;
  message.tag = c.tag;
  message.from = static_cast<uint8_t>(from);
  const uint32_t place = messages_.Add(std::move(message));
  const bool idle = node.up_busy_until <= now && node.line_head == kNobody;
  const bool paced = side.may_send_at > now;
  if (idle && !paced && side.head == kNoMessage) {
    Transmit(now, id, from, place);
    return;
  }
  side.buffered += messages_[place].length;
  const bool first = side.head == kNoMessage;
  (first ? side.head : messages_[side.tail].next) = place;
  side.tail = place;
  if (!first) return;
  if (paced) {
    events_.Push(side.may_send_at, EventKind::kPaceOver, id, Ref(id, from));
  } else {
    StandInLine(id, from);
    WakeUplink(node, side.node);
  }
}

void Network::OnPaceOver(Timestamp now, ConnectionId id, uint32_t ref) {
  const int from = static_cast<int>(ref & 1);
  Connection* c = Find(id, ref);
  if (c == nullptr) return;
  Side& side = c->side[from];
  if (side.head == kNoMessage || side.in_line) return;
  StandInLine(id, from);
  Node& node = nodes_[side.node];
  node.up_busy_until = std::max(node.up_busy_until, now);
  WakeUplink(node, side.node);
}

void Network::OnUplinkFree(Timestamp now, NodeId id) {
  nodes_[id].waking = false;
  const uint32_t entry = nodes_[id].line_head;
  if (entry == kNobody) return;
  if (nodes_[id].up_busy_until > now) {  // taken again since
    WakeUplink(nodes_[id], id);
    return;
  }
  const ConnectionId connection = entry >> 1;
  const int from = static_cast<int>(entry & 1);
  LeaveLine(connection, from);
  Side& side = SideOf(entry);
  const uint32_t message = side.head;
  side.head = messages_[message].next;
  if (side.head == kNoMessage) side.tail = kNoMessage;
  messages_[message].next = kNoMessage;
  const uint32_t before = side.buffered;
  side.buffered -= messages_[message].length;
  Transmit(now, connection, from, message);
  if (side.head != kNoMessage) {
    if (side.may_send_at > now) {
      events_.Push(side.may_send_at, EventKind::kPaceOver, connection,
                   Ref(connection, from));
    } else {
      StandInLine(connection, from);
    }
  }
  WakeUplink(nodes_[id], id);
  if (before > side.low_water && side.buffered <= side.low_water) {
    owner_.OnBufferedLow(connection, from);
  }
}

void Network::Transmit(Timestamp now, ConnectionId id, int from,
                       uint32_t place) {
  Connection& c = connections_[id];
  Side& side = c.side[from];
  Node& node = nodes_[side.node];
  Message& message = messages_[place];
  Count(node, message);
  const bool repeats = options_.repeats > 0 || c.http;
  const double rate = node.up_rate * (repeats ? 1 - options_.loss : 1);
  node.up_busy_until = now + TransmitTime(message.length, rate);
  if (c.pace > 0) {
    side.may_send_at =
        std::max(now, side.may_send_at) + TransmitTime(message.length, c.pace);
  }
  const std::optional<Duration> late = Misfortune(c, message.length);
  if (!late) {
    ++totals_.dropped;
    messages_.Free(place);
    return;
  }
  Timestamp arrival = node.up_busy_until + c.delay + *late;
  if (options_.ordered || c.http) {
    arrival = side.last_arrival = std::max(arrival, side.last_arrival);
  }
  events_.Push(arrival, EventKind::kArrive, place);
}

std::optional<Duration> Network::Misfortune(const Connection& c,
                                            uint32_t length) {
  if (options_.loss == 0) return Duration();
  const double packets = std::ceil(length / kPacket);
  double loses = 1 - std::pow(1 - options_.loss, packets);
  Duration late;
  for (int tries = 0; rng_.Unit() < loses; ++tries) {
    late = late + c.delay * 2;  // heard of and repeated
    loses = options_.loss;
    const bool given_up = tries == options_.repeats || late > options_.lifetime;
    if (given_up && !c.http) return std::nullopt;
  }
  return late;
}

void Network::Count(Node& node, const Message& message) {
  switch (message.kind) {
    case Message::Kind::kData:
      ++totals_.data_messages;
      totals_.payload_bytes += message.length - kDataHeaderSize;
      totals_.control_bytes += kDataHeaderSize;
      node.uploaded += message.length - kDataHeaderSize;
      break;
    case Message::Kind::kControl:
      ++totals_.control_messages;
      totals_.control_bytes += message.length;
      break;
    case Message::Kind::kHttpBody:
      totals_.http_bytes += message.length;
      break;
    default:
      break;
  }
}

void Network::ForeseeEvent(const Event& event) {
  if (IsOfMessage(event)) __builtin_prefetch(&messages_[event.a]);
  if (event.kind == EventKind::kUplinkFree) {
    __builtin_prefetch(&nodes_[event.a]);
  }
}

void Network::ForeseeConnection(const Event& event) {
  ConnectionId id = 0;
  if (IsOfMessage(event)) {
    id = messages_[event.a].connection;
  } else if (event.kind == EventKind::kUplinkFree &&
             nodes_[event.a].line_head != kNobody) {
    id = nodes_[event.a].line_head >> 1;
  } else {
    return;
  }
  // It spans several cache lines.
  const auto* start = reinterpret_cast<const char*>(&connections_[id]);
  for (size_t at = 0; at < sizeof(Connection); at += 64) {
    __builtin_prefetch(start + at);
  }
}

void Network::ForeseeReceiver(const Event& event) {
  if (IsOfMessage(event)) __builtin_prefetch(&nodes_[ReceiverOf(event.a)]);
}

void Network::OnArrive(Timestamp now, uint32_t place) {
  const Message& message = messages_[place];
  const Connection& c = connections_[message.connection];
  if (!c.used || c.tag != message.tag) {
    messages_.Free(place);
    return;
  }
  Node& node = nodes_[c.side[1 - message.from].node];
  const bool idle = node.down_busy_until <= now;
  if (idle && message.length < kTiny) {
    OnDelivered(place);
    return;
  }
  const bool unreliable = !options_.reliable() && !c.http;
  if (unreliable && node.down_busy_until - now > options_.max_queueing) {
    ++totals_.dropped;
    messages_.Free(place);
    return;
  }
  node.down_busy_until = std::max(now, node.down_busy_until) +
                         TransmitTime(message.length, node.down_rate);
  events_.Push(node.down_busy_until, EventKind::kDelivered, place);
}

void Network::OnDelivered(uint32_t place) {
  Message& message = messages_[place];
  const Connection& c = connections_[message.connection];
  if (c.used && c.tag == message.tag) owner_.OnDelivered(message);
  messages_.Free(place);
}

}  // namespace peer5::sim
