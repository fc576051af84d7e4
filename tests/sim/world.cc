// The loop, and what comes into a client.

#include "tests/sim/world.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/wire/data.h"

namespace peer5::sim {
namespace {

constexpr char kUrl[] = "https://origin.example/file";
constexpr char kEtag[] = "\"1\"";
// How long the tracker needs to hash the file.
constexpr Duration kHashing = Duration::Millis(200);

NetworkOptions NetworkOf(const Scenario& scenario) {
  NetworkOptions options;
  options.loss = scenario.loss;
  options.SetChannel(scenario.channel);
  return options;
}

TrackerOptions TrackerOf(const Scenario& scenario, uint64_t seed) {
  TrackerOptions options;
  options.seed = seed;
  if (scenario.random_matching) {
    options.match.random_part = 1;
    options.match.weights.locality = 0;
  }
  return options;
}

// No block has bytes, so its hash is made up.
std::shared_ptr<const FileInfo> MakeInfo(const Scenario& scenario, Rng& rng) {
  const uint32_t block =
      scenario.block != 0 ? scenario.block : DefaultBlockSize(scenario.size);
  FileInfo info{*Layout::Create(scenario.size, block, scenario.chunk),
                {},
                {kEtag, ""},
                kUrl,
                "file",
                "application/octet-stream"};
  info.block_hashes.resize(info.layout.num_blocks());
  for (Hash& hash : info.block_hashes) {
    for (uint8_t& byte : hash) byte = static_cast<uint8_t>(rng.Next());
  }
  return std::make_shared<FileInfo>(std::move(info));
}

}  // namespace

World::World(const Scenario& scenario, Policy policy, uint64_t seed,
             bool keep_lines)
    : scenario_(scenario),
      policy_(policy),
      rng_(seed),
      network_(NetworkOf(scenario), events_, rng_, *this),
      origin_(network_, events_, *this, scenario.server, scenario.size,
              scenario.server_dies_after),
      tracker_(TrackerOf(scenario, rng_.Next())),
      info_(MakeInfo(scenario, rng_)),
      record_(keep_lines) {
  PlanArrivals();
  if (scenario_.server_changes_at != Duration()) {
    events_.Push(Timestamp() + scenario_.server_changes_at,
                 EventKind::kServerChange);
  }
  events_.Push(Timestamp() + Duration::Seconds(1), EventKind::kSecond);
}

World::~World() = default;

void World::Run() {
  const Timestamp end = Timestamp() + scenario_.limit;
  while (!events_.empty() && !Over()) {
    const Event event = events_.Pop();
    if (event.time > end) break;
    now_ = event.time;
    ++handled_;
    Foresee();
    record_.Hash(event);
    Handle(event);
  }
  Sample();
}

bool World::Over() const { return to_come_ == 0 && unfinished_ == 0; }

void World::Handle(const Event& event) {
  switch (event.kind) {
    case EventKind::kUplinkFree:
      return network_.OnUplinkFree(now_, event.a);
    case EventKind::kPaceOver:
      return network_.OnPaceOver(now_, event.a, event.b);
    case EventKind::kArrive:
      return network_.OnArrive(now_, event.a);
    case EventKind::kDelivered:
      return network_.OnDelivered(event.a);
    case EventKind::kTimer:
      if (Node* node = Present(event.a); node && node->timer == now_) {
        node->timer = Timestamp::Never();
        if (node->client->deadline() <= now_) node->client->Advance(now_);
        Drain(event.a);
      }
      return;
    case EventKind::kVerified:
      return OnVerified(event.a, BlockIndex(event.b));
    case EventKind::kToTracker: {
      const Message& message = network_.messages()[event.a];
      if (nodes_[message.connection].tracked) {
        tracker_.SocketMessage(now_, ConnHandle(message.connection),
                               message.bytes);
        DrainTracker();
      }
      return network_.messages().Free(event.a);
    }
    case EventKind::kFromTracker: {
      const Message& message = network_.messages()[event.a];
      if (Node* node = Present(message.connection)) {
        node->client->TrackerMessage(now_, message.bytes);
        Drain(message.connection);
      }
      return network_.messages().Free(event.a);
    }
    case EventKind::kTrackerTimer:
      if (tracker_timer_ != now_) return;
      tracker_timer_ = Timestamp::Never();
      tracker_.Advance(now_);
      return DrainTracker();
    case EventKind::kResource:
      tracker_.ResourceReady(now_, kUrl, *info_);
      return DrainTracker();
    case EventKind::kArrival:
      return ArriveNext();
    case EventKind::kTrackerUp:
      if (Node* node = Present(event.a)) {
        node->tracked = true;
        // Every visitor has an address of its own, near nobody's but for
        // the ISP.
        ClientAddress address;
        for (uint8_t& byte : address.ip) {
          byte = static_cast<uint8_t>(rng_.Next());
        }
        address.ip[0] = 0x20;
        address.asn = IspOf(event.a);
        tracker_.SocketUp(now_, ConnHandle(event.a), address);
        DrainTracker();
        node->client->TrackerUp(now_);
        Drain(event.a);
      }
      return;
    case EventKind::kTrackerLost:
      nodes_[event.a].tracked = false;
      tracker_.SocketDown(now_, ConnHandle(event.a));
      return DrainTracker();
    case EventKind::kDeparture:
      return Depart(event.a);
    case EventKind::kPlayer:
      return Play(event.a);
    case EventKind::kServerChange:
      return origin_.SetRate(scenario_.server * scenario_.server_changes_to);
    case EventKind::kSecond:
      Sample();
      return events_.Push(now_ + Duration::Seconds(1), EventKind::kSecond);
    default:
      return HandleOfConnection(event);
  }
}

void World::HandleOfConnection(const Event& event) {
  Network::Connection* c = network_.Find(event.a, event.b);
  if (c == nullptr) return;
  const int side = static_cast<int>(event.b & 1);
  switch (event.kind) {
    case EventKind::kHttpRequest:
      return origin_.OnRequest(now_, event.a);
    case EventKind::kHttpAborted:
      return origin_.OnAborted(event.a);
    case EventKind::kHttpBroken:
      return origin_.OnBroken(event.a);
    case EventKind::kHttpResumed:
      if (!c->closing) origin_.Resume(now_, event.a);
      return;
    default:
      break;
  }
  const NodeId id = Visitor(c->side[side].node);
  const PeerHandle peer(c->side[side].handle);
  Node* node = Present(id);
  if (event.kind == EventKind::kPeerGone) {
    network_.Free(event.a);
    if (node != nullptr && node->PeerConnection(peer) == event.a) {
      node->SetPeer(peer, kNoConnection);
      node->client->PeerDown(now_, peer);
      Drain(id);
    }
    return;
  }
  if (c->closing || node == nullptr) return;
  switch (event.kind) {
    case EventKind::kOfferReady:
    case EventKind::kAnswerReady:
      node->client->LocalSignal(
          now_, peer,
          event.kind == EventKind::kOfferReady ? SdpKind::kOffer
                                               : SdpKind::kAnswer,
          std::to_string(event.a) + "." + std::to_string(c->tag));
      break;
    case EventKind::kConnected:
      c->up = true;
      node->client->PeerUp(now_, peer, 256 * 1024,
                           NetworkOf(scenario_).reliable());
      break;
    default:  // kCannotPair
      node->SetPeer(peer, kNoConnection);
      HangUp(event.a, side, Duration());
      node->client->PeerDown(now_, peer);
      break;
  }
  Drain(id);
}

// --- inputs
// -------------------------------------------------------------------

void World::OnDelivered(Message& message) {
  const Network::Connection& c = network_.connection(message.connection);
  if (c.http) return origin_.OnDelivered(now_, message);
  const Network::Side& side = c.side[1 - message.from];
  const NodeId id = Visitor(side.node);
  if (!c.up || Present(id) == nullptr) return;
  const PeerHandle peer(side.handle);
  if (nodes_[id].PeerConnection(peer) != message.connection) return;
  if (message.kind != Message::Kind::kControl &&
      IspOf(id) != IspOf(Visitor(c.side[message.from].node))) {
    nodes_[id].crossed_bytes += message.length - kDataHeaderSize;
  }
  OnPeerMessage(id, peer, message);
}

void World::OnPeerMessage(NodeId id, PeerHandle peer, const Message& message) {
  Node& node = nodes_[id];
  if (message.kind == Message::Kind::kControl) {
    node.client->PeerMessage(now_, peer, message.bytes, message.length);
  } else {
    const uint32_t payload = message.length - kDataHeaderSize;
    node.payload_bytes += payload;
    message_tainted_ = message.tainted;
    const auto header = Data{message.prefix, message.chunk, payload}.Header();
    node.client->PeerMessage(now_, peer, header, message.length);
  }
  Drain(id);
  message_tainted_ = false;
}

void World::OnBufferedLow(ConnectionId id, int side) {
  const Network::Connection& c = network_.connection(id);
  if (c.http) return origin_.OnBufferedLow(now_, id);
  const NodeId visitor = Visitor(c.side[side].node);
  Node* node = Present(visitor);
  if (node == nullptr || !c.up || c.closing) return;
  node->client->PeerBuffered(now_, PeerHandle(c.side[side].handle),
                             c.side[side].buffered);
  Drain(visitor);
}

void World::OnHead(ConnectionId id) {
  const Network::Side& side = network_.connection(id).side[1];
  Client::HttpHead head;
  head.status = origin_.ranged(id) ? 206 : 200;
  head.first = origin_.first(id);
  head.total = static_cast<int64_t>(info_->layout.size());
  head.validator = info_->validator;
  const NodeId visitor = Visitor(side.node);
  nodes_[visitor].client->FetchHead(now_, FetchHandle(side.handle), head);
  Drain(visitor);
}

void World::OnBody(ConnectionId id, uint32_t length) {
  const Network::Side& side = network_.connection(id).side[1];
  const NodeId visitor = Visitor(side.node);
  nodes_[visitor].body_bytes += length;
  nodes_[visitor].client->FetchBytes(now_, FetchHandle(side.handle), length);
  Drain(visitor);
}

void World::OnEnd(ConnectionId id, bool ok) {
  const Network::Side& side = network_.connection(id).side[1];
  const NodeId visitor = Visitor(side.node);
  const FetchHandle fetch(side.handle);
  Node& node = nodes_[visitor];
  node.ForgetFetch(fetch);
  const bool whole = ok && !origin_.ranged(id);
  node.client->FetchEnd(now_, fetch, ok);
  Drain(visitor);
  if (whole && nodes_[visitor].plain) Complete(visitor);
}

void World::OnVerified(NodeId id, BlockIndex block) {
  Node* node = Present(id);
  if (node == nullptr) return;
  const bool bad = node->tainted.count(block.value()) > 0;
  node->client->BlockDigest(
      now_, block, bad ? wrong_digest_ : info_->block_hashes[block.value()]);
  Drain(id);
}

// --- after an input
// -----------------------------------------------------------

void World::Drain(NodeId id) {
  for (;;) {
    Node* node = Present(id);
    if (node == nullptr) return;
    std::vector<Action> actions = node->client->TakeActions();
    if (actions.empty()) break;
    for (Action& action : actions) Do(id, action);
    if (Present(id) == nullptr) return;
    // As the shim does: once everything is handed over, say what waits.
    for (const ConnectionId connection : std::exchange(sent_to_, {})) {
      const Network::Connection& c = network_.connection(connection);
      const int side = Visitor(c.side[0].node) == id ? 0 : 1;
      if (!c.used || c.closing || c.side[side].node != Link(id)) continue;
      node->client->PeerBuffered(now_, PeerHandle(c.side[side].handle),
                                 c.side[side].buffered);
    }
  }
  Arm(id);
}

void World::Arm(NodeId id) {
  Node& node = nodes_[id];
  const Timestamp deadline = std::max(now_, node.client->deadline());
  if (deadline >= node.timer) return;
  node.timer = deadline;
  events_.Push(deadline, EventKind::kTimer, id);
}

void World::DrainTracker() {
  for (tracker_action::SendTo* send; auto& action : tracker_.TakeActions()) {
    send = std::get_if<tracker_action::SendTo>(&action);
    if (send != nullptr) {
      Message message;
      message.connection = send->conn.value();
      message.bytes = std::move(send->message);
      events_.Push(now_ + scenario_.tracker_delay, EventKind::kFromTracker,
                   network_.messages().Add(std::move(message)));
    } else if (std::holds_alternative<tracker_action::NeedResource>(action)) {
      events_.Push(now_ + kHashing, EventKind::kResource);
    } else if (auto* close = std::get_if<tracker_action::Close>(&action)) {
      nodes_[close->conn.value()].tracked = false;
      Say(close->conn.value(), "closed by the tracker for reason " +
                                   std::to_string(int(close->reason)));
    }
  }
  ArmTracker();
}

void World::ArmTracker() {
  const Timestamp deadline = std::max(now_, tracker_.deadline());
  if (deadline >= tracker_timer_) return;
  tracker_timer_ = deadline;
  events_.Push(deadline, EventKind::kTrackerTimer);
}

void World::Sample() {
  const Network::Totals& totals = network_.totals();
  Second second;
  second.peer_payload = totals.payload_bytes - sampled_.peer_payload;
  second.server_bytes = totals.http_bytes - sampled_.server_bytes;
  second.capacity = sum_of_up_;
  second.present = present_;
  second.completed = completed_;
  sampled_.peer_payload = totals.payload_bytes;
  sampled_.server_bytes = totals.http_bytes;
  second.parts = scenario_.isps > 0 ? PartsOfMesh() : 0;
  record_.seconds.push_back(second);
  if (origin_.dead() && !death_noted_) NoteServerDeath();
}

}  // namespace peer5::sim
