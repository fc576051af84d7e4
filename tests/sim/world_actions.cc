// What comes out of a client, carried out.

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <variant>

#include "core/wire/data.h"
#include "tests/sim/world.h"

namespace peer5::sim {
namespace {

// What SHA-256 does on one thread of an ordinary page.
constexpr double kHashRate = 200e6;
constexpr uint32_t kBufferedLow = 128 * 1024;        // as the shim sets it
constexpr Duration kDescribe = Duration::Millis(5);  // to make an SDP
constexpr Duration kHangUpNotice = Duration::Millis(1);

bool Filtered(Nat a, Nat b) {
  return (a == Nat::kSymmetric && b != Nat::kOpen) ||
         (b == Nat::kSymmetric && a != Nat::kOpen);
}

}  // namespace

void World::Do(NodeId id, Action& action) {
  std::visit([this, id](auto& a) { Do(id, a); }, action);
}

// --- connections
// --------------------------------------------------------------

void World::Do(NodeId id, const action::Connect& a) {
  if (!a.offer) return;  // it comes with the offer
  // The other end is not known yet: its own stands there till then.
  const ConnectionId c =
      network_.Connect(Link(id), Link(id), Duration(), false);
  Network::Side& side = network_.connection(c).side[0];
  side.handle = a.peer.value();
  side.low_water = kBufferedLow;
  nodes_[id].SetPeer(a.peer, c);
  events_.Push(now_ + kDescribe, EventKind::kOfferReady, c, network_.Ref(c, 0));
}

void World::Do(NodeId id, const action::RemoteSignal& a) {
  ConnectionId c = 0;
  uint32_t tag = 0;
  if (std::sscanf(a.text.c_str(), "%u.%u", &c, &tag) != 2) return;
  Network::Connection* connection = network_.Find(c, tag << 1);
  if (connection == nullptr || connection->closing) return;
  if (a.kind == SdpKind::kOffer) return AnswerOffer(id, c, a.peer);
  if (a.kind != SdpKind::kAnswer) return;
  const NodeId other = Visitor(connection->side[1].node);
  const Duration round_trip = connection->delay * 2;
  if (CanPair(id, other)) {
    const Timestamp up =
        now_ + Duration::FromSeconds(round_trip.seconds() *
                                     scenario_.setup_round_trips);
    events_.Push(up, EventKind::kConnected, c, network_.Ref(c, 0));
    events_.Push(up, EventKind::kConnected, c, network_.Ref(c, 1));
  } else {
    events_.Push(now_ + scenario_.pair_timeout, EventKind::kCannotPair, c,
                 network_.Ref(c, 0));
  }
}

void World::AnswerOffer(NodeId id, ConnectionId c, PeerHandle peer) {
  Network::Connection& connection = network_.connection(c);
  Network::Side& side = connection.side[1];
  const NodeId other = Visitor(connection.side[0].node);
  side.node = Link(id);
  side.handle = peer.value();
  side.low_water = kBufferedLow;
  connection.delay = (nodes_[id].delay + nodes_[other].delay) / 2;
  network_.SetPace(c);
  nodes_[id].SetPeer(peer, c);
  events_.Push(now_ + kDescribe, EventKind::kAnswerReady, c,
               network_.Ref(c, 1));
}

bool World::CanPair(NodeId a, NodeId b) const {
  if (Filtered(nodes_[a].nat, nodes_[b].nat)) return false;
  const uint64_t pair = uint64_t{std::min(a, b)} << 32 | std::max(a, b);
  return Rng(pair ^ 0x5eed).Unit() >= scenario_.unpairable;
}

void World::Do(NodeId id, const action::Disconnect& a) {
  Node& node = nodes_[id];
  const ConnectionId c = node.PeerConnection(a.peer);
  if (c == kNoConnection) return;
  NoteBan(id, a.peer);
  node.SetPeer(a.peer, kNoConnection);
  HangUp(c, network_.connection(c).side[0].node == Link(id) ? 0 : 1,
         kHangUpNotice);
}

void World::HangUp(ConnectionId id, int side, Duration notice) {
  Network::Connection& c = network_.connection(id);
  if (c.closing) return;  // the other side has, and frees it
  c.closing = true;
  network_.DropQueue(id, side);
  events_.Push(now_ + c.delay + notice, EventKind::kPeerGone, id,
               network_.Ref(id, 1 - side));
}

// A connection that ends as the count of banned clients goes up is theirs.
void World::NoteBan(NodeId id, PeerHandle peer) {
  Node& node = nodes_[id];
  const uint32_t banned = node.client->banned();
  if (banned <= node.honest_bans + node.liar_bans) return;
  const Network::Connection& c = network_.connection(node.PeerConnection(peer));
  const NodeId other = Visitor(c.side[c.side[0].node == Link(id) ? 1 : 0].node);
  const bool liar = nodes_[other].manner == Manner::kLiar;
  ++(liar ? node.liar_bans : node.honest_bans);
  Say(id, "bans p" + std::to_string(other));
}

void World::Do(NodeId id, action::Send& a) {
  const ConnectionId c = nodes_[id].PeerConnection(a.peer);
  if (c == kNoConnection) return;
  const Network::Connection& connection = network_.connection(c);
  if (!connection.up || connection.closing) return;
  Message message;
  message.length = static_cast<uint32_t>(a.message.size());
  message.bytes = std::move(a.message);
  network_.Send(now_, c, connection.side[0].node == Link(id) ? 0 : 1,
                std::move(message));
}

void World::Do(NodeId id, const action::SendData& a) {
  Node& node = nodes_[id];
  const ConnectionId c = node.PeerConnection(a.peer);
  if (c == kNoConnection) return;
  const Network::Connection& connection = network_.connection(c);
  if (!connection.up || connection.closing) return;
  sent_to_.push_back(c);
  if (node.manner == Manner::kStalled) return;
  Message message;
  message.kind = Message::Kind::kData;
  message.length = kDataHeaderSize + a.length;
  message.prefix = a.swarm_prefix;
  message.chunk = a.chunk;
  message.tainted = node.manner == Manner::kLiar
                        ? rng_.Unit() < scenario_.lie_rate
                        : policy_ == Policy::kY2013 &&
                              node.tainted.count(a.block.value()) > 0;
  network_.Send(now_, c, connection.side[0].node == Link(id) ? 0 : 1,
                std::move(message));
}

void World::Do(NodeId id, action::SendTracker& a) {
  if (!nodes_[id].tracked) return;
  Message message;
  message.connection = id;
  message.bytes = std::move(a.message);
  events_.Push(now_ + scenario_.tracker_delay, EventKind::kToTracker,
               network_.messages().Add(std::move(message)));
}

// --- HTTP
// ---------------------------------------------------------------------

void World::Do(NodeId id, const action::Fetch& a) {
  Node& node = nodes_[id];
  const Duration delay = (node.delay + scenario_.server_delay) / 2;
  const ConnectionId c =
      origin_.Fetch(now_, Link(id), AccessOf(node).down, delay, a.fetch, a);
  node.fetches.push_back({a.fetch.value(), c});
  if (record_.keeps_lines()) {
    Say(id,
        "fetches from " + std::to_string(a.first) +
            (a.last == action::kToTheEnd ? " to the end"
                                         : " to " + std::to_string(a.last)));
  }
}

void World::Do(NodeId id, const action::AbortFetch& a) {
  const ConnectionId c = nodes_[id].FetchConnection(a.fetch);
  if (c == kNoConnection) return;
  nodes_[id].ForgetFetch(a.fetch);
  origin_.Abort(now_, c);
  if (record_.keeps_lines()) Say(id, "aborts its fetch");
}

void World::Do(NodeId id, const action::PauseFetch& a) {
  const ConnectionId c = nodes_[id].FetchConnection(a.fetch);
  if (c != kNoConnection) origin_.Pause(c);
}

void World::Do(NodeId id, const action::ResumeFetch& a) {
  const ConnectionId c = nodes_[id].FetchConnection(a.fetch);
  if (c == kNoConnection) return;
  // Not at once: the client has not said all that it has to say.
  events_.Push(now_, EventKind::kHttpResumed, c, network_.Ref(c, 1));
}

// --- bytes
// --------------------------------------------------------------------

void World::Do(NodeId id, const action::Store& a) {
  Node& node = nodes_[id];
  if (!message_tainted_ && node.tainted.empty()) return;
  const auto known = node.tainted.find(a.block.value());
  if (!message_tainted_ && known == node.tainted.end()) return;
  TaintBits& bits = node.tainted[a.block.value()];
  bits.resize(info_->layout.ChunksIn(a.block));
  const uint32_t chunk_size = info_->layout.chunk_size();
  const uint32_t end = a.block_offset + a.length;
  for (uint32_t at = a.block_offset; at < end; at += chunk_size) {
    bits[at / chunk_size] = message_tainted_;
  }
  if (std::find(bits.begin(), bits.end(), true) == bits.end()) {
    node.tainted.erase(a.block.value());
  }
}

void World::Do(NodeId id, const action::Verify& a) {
  const uint32_t length = info_->layout.BlockLength(a.block);
  events_.Push(now_ + Duration::FromSeconds(length / kHashRate),
               EventKind::kVerified, id, a.block.value());
}

void World::Do(NodeId id, const action::Commit& a) {
  Node& node = nodes_[id];
  if (!node.have.Set(a.block)) return;
  node.http_bytes += a.http_bytes;
  node.peer_bytes += a.peer_bytes;
  if (record_.keeps_lines()) {
    Say(id, "has " + std::to_string(a.block.value()) + " (" +
                std::to_string(a.http_bytes) + " by HTTP, " +
                std::to_string(a.peer_bytes) + " from peers)");
  }
  // Policies without verification keep what is wrong, and pass it on.
  if (node.tainted.count(a.block.value()) > 0) {
    node.bad_bytes += info_->layout.BlockLength(a.block);
  }
  if (node.have.all()) Complete(id);
}

void World::Do(NodeId id, const action::Discard& a) {
  Node& node = nodes_[id];
  Say(id, "discards " + std::to_string(a.block.value()));
  const auto bits = node.tainted.find(a.block.value());
  if (bits == node.tainted.end()) return;
  if (a.keep_suspect) {
    node.suspects[a.block.value()] = std::move(bits->second);
  }
  node.tainted.erase(bits);
}

void World::Do(NodeId id, const action::CompareSuspect& a) {
  Node& node = nodes_[id];
  const auto suspect = node.suspects.find(a.block.value());
  if (suspect == node.suspects.end()) return;
  const TaintBits bits = std::move(suspect->second);
  node.suspects.erase(suspect);
  for (uint32_t chunk = 0; chunk < bits.size(); ++chunk) {
    if (bits[chunk]) node.client->SuspectChunk(now_, a.block, chunk);
  }
}

void World::Do(NodeId id, const action::DropSuspect& a) {
  nodes_[id].suspects.erase(a.block.value());
}

// --- endings
// ------------------------------------------------------------------

void World::Do(NodeId id, const action::StreamComplete&) {
  Node& node = nodes_[id];
  node.http_bytes = info_->layout.size();
  Complete(id);
}

void World::Do(NodeId id, const action::GoPlain& a) {
  nodes_[id].plain = true;
  Say(id, "goes on without peers, for reason " + std::to_string(int(a.reason)));
}

void World::Do(NodeId id, const action::Fail& a) {
  Node& node = nodes_[id];
  if (node.failed || node.complete()) return;
  node.failed = true;
  Say(id, "fails, for reason " + std::to_string(int(a.reason)));
  if (Counts(node)) --unfinished_;
}

}  // namespace peer5::sim
