#include "tests/sim/origin.h"

#include <algorithm>

namespace peer5::sim {
namespace {

constexpr uint32_t kPiece = 8 * 1024;
constexpr uint32_t kHead = 300;
// RFC 6928's initial window.
constexpr uint64_t kFirstWindow = 10 * 1460;

}  // namespace

Origin::Origin(Network& network, EventQueue& events, Owner& owner, double rate,
               uint64_t file_size, double dies_after_copies)
    : network_(network),
      events_(events),
      owner_(owner),
      node_(network.AddNode(rate, 1e12)),
      file_size_(file_size),
      dies_after_bytes_(dies_after_copies * static_cast<double>(file_size)) {}

ConnectionId Origin::Fetch(Timestamp now, NodeId client, double client_rate,
                           Duration delay, FetchHandle handle,
                           const action::Fetch& fetch) {
  const ConnectionId id = network_.Connect(node_, client, delay, true);
  Network::Connection& c = network_.connection(id);
  c.side[1].handle = handle.value();
  c.side[0].low_water = kPiece;
  if (id >= responses_.size()) responses_.resize(id + 1);
  Response& r = responses_[id];
  r = Response();
  r.ranged = fetch.first != 0 || fetch.last != action::kToTheEnd;
  r.first = r.position = fetch.first;
  r.end =
      std::min(file_size_,
               fetch.last == action::kToTheEnd ? file_size_ : fetch.last + 1);
  r.window = kFirstWindow;
  r.max_window =
      static_cast<uint64_t>(4 * delay.seconds() * client_rate) + 64 * 1024;
  events_.Push(now + delay, EventKind::kHttpRequest, id, network_.Ref(id, 0));
  return id;
}

void Origin::OnRequest(Timestamp now, ConnectionId id) {
  const Network::Connection& c = network_.connection(id);
  if (c.closing) return;
  if (dead_) {
    events_.Push(now + c.delay, EventKind::kHttpBroken, id,
                 network_.Ref(id, 1));
    return;
  }
  Message head;
  head.kind = Message::Kind::kHttpHead;
  head.length = kHead;
  network_.Send(now, id, 0, std::move(head));
  Refill(now, id);
}

void Origin::Refill(Timestamp now, ConnectionId id) {
  // Two pieces wait at a time: enough for its turn, and little to forget.
  Response& r = responses_[id];
  const Network::Connection& c = network_.connection(id);
  while (!dead_ && !c.closing && !r.ended && c.side[0].buffered <= kPiece &&
         r.in_flight < r.window) {
    Message piece;
    if (r.position < r.end) {
      piece.kind = Message::Kind::kHttpBody;
      piece.length =
          static_cast<uint32_t>(std::min<uint64_t>(kPiece, r.end - r.position));
      r.position += piece.length;
      r.in_flight += piece.length;
    } else {
      piece.kind = Message::Kind::kHttpEnd;
      piece.length = 1;
      r.ended = true;
    }
    network_.Send(now, id, 0, std::move(piece));
  }
  DieIfDue(now);
}

void Origin::DieIfDue(Timestamp now) {
  if (dead_ || dies_after_bytes_ == 0 ||
      static_cast<double>(sent()) < dies_after_bytes_) {
    return;
  }
  dead_ = true;
  for (ConnectionId id = 0; id < responses_.size(); ++id) {
    const Network::Connection& c = network_.connection(id);
    if (!c.used || !c.http || c.closing) continue;
    network_.DropQueue(id, 0);
    events_.Push(now + c.delay, EventKind::kHttpBroken, id,
                 network_.Ref(id, 1));
  }
}

void Origin::OnBroken(ConnectionId id) {
  if (network_.connection(id).closing) return;  // kHttpAborted frees it
  owner_.OnEnd(id, false);
  network_.Free(id);
}

void Origin::Abort(Timestamp now, ConnectionId id) {
  Network::Connection& c = network_.connection(id);
  c.closing = true;
  events_.Push(now + c.delay, EventKind::kHttpAborted, id, network_.Ref(id, 0));
}

void Origin::Resume(Timestamp now, ConnectionId id) {
  Response& r = responses_[id];
  r.paused = false;
  const uint64_t held = r.held;
  r.held = 0;
  if (held > 0) Deliver(now, id, static_cast<uint32_t>(held));
  if (responses_[id].held_end && !network_.connection(id).closing) {
    owner_.OnEnd(id, true);
    network_.Free(id);
  }
}

void Origin::Deliver(Timestamp now, ConnectionId id, uint32_t length) {
  Response& r = responses_[id];
  r.in_flight -= length;
  r.window = std::min(r.max_window, r.window + length);
  Refill(now, id);
  owner_.OnBody(id, length);
}

void Origin::OnDelivered(Timestamp now, const Message& message) {
  const ConnectionId id = message.connection;
  if (network_.connection(id).closing) return;
  Response& r = responses_[id];
  switch (message.kind) {
    case Message::Kind::kHttpHead:
      owner_.OnHead(id);
      break;
    case Message::Kind::kHttpBody:
      if (r.paused) {
        r.held += message.length;
      } else {
        Deliver(now, id, message.length);
      }
      break;
    default:
      if (r.paused) {
        r.held_end = true;
        break;
      }
      owner_.OnEnd(id, true);
      network_.Free(id);
      break;
  }
}

}  // namespace peer5::sim
