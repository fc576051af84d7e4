// Connections: greeting, which swarms are open on them, and what comes in.

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "core/swarm/client_impl.h"
#include "core/wire/cancel.h"
#include "core/wire/close_swarm.h"
#include "core/wire/data.h"
#include "core/wire/file_info.h"
#include "core/wire/have.h"
#include "core/wire/hello.h"
#include "core/wire/info_request.h"
#include "core/wire/ping.h"
#include "core/wire/pong.h"
#include "core/wire/refuse.h"
#include "core/wire/request.h"
#include "core/wire/version.h"

namespace peer5 {
namespace {

// A connection that is not made by then never will be.
constexpr Duration kConnectTimeout = Duration::Seconds(25);
constexpr Duration kHelloTimeout = Duration::Seconds(10);
constexpr Duration kPingEvery = Duration::Seconds(5);
// A connection without a swarm in common is closed after this.
constexpr Duration kIdleTimeout = Duration::Seconds(30);
// Swarms one peer may open with us; each costs 33 bytes.
constexpr size_t kMaxOpenings = 256;
// Connections, if the page doesn't say.
constexpr uint32_t kMaxPeers = 30;
constexpr uint32_t kMaxPeersOnNarrowPaths = 60;
// The first window: a whole block of a middling resource, so that one turn of
// the other side's uploader brings something that can be passed on.
constexpr uint32_t kFirstWindow = 512 * 1024;
// A peer with this many faults is banned. One may be a broken disk.
constexpr int kMaxStrikes = 2;
// Those blamed longest ago are forgotten.
constexpr size_t kMaxOffenders = 4096;
// What a peer may send before its Hello arrives.
constexpr size_t kMaxEarlyMessages = 16;
constexpr size_t kMaxEarlyLength = 64 * 1024;
// Failed connections the tracker hears of with the next report.
constexpr size_t kMaxFailedReported = 64;

constexpr Duration kBusyBackOff = Duration::Millis(1500);
constexpr Duration kNotHaveBackOff = Duration::Millis(200);
constexpr Duration kOffBackOff = Duration::Seconds(60);

Duration BackOff(RefuseReason reason) {
  switch (reason) {
    case RefuseReason::kBusy:
    case RefuseReason::kLimit:
      return kBusyBackOff;
    case RefuseReason::kUploadsOff:
      return kOffBackOff;
    default:
      return kNotHaveBackOff;
  }
}

}  // namespace

Peer* ClientImpl::FindPeer(PeerHandle peer) const { return peers_.Find(peer); }

Peer* ClientImpl::FindPeer(ClientId client) const {
  for (const auto& peer : peers_) {
    if (peer->id == client) return peer.get();
  }
  return nullptr;
}

Peer& ClientImpl::NewPeer(Timestamp now, ClientId client, bool offer) {
  const PeerHandle handle(next_peer_++);
  Peer& peer =
      peers_.Add(std::make_unique<Peer>(handle, client, offer, kFirstWindow));
  peer.since = now;
  context_.Emit(action::Connect{handle, offer});
  return peer;
}

void ClientImpl::PeerUp(Timestamp now, PeerHandle handle, uint32_t max_message,
                        bool reliable) {
  Peer* peer = FindPeer(handle);
  if (peer == nullptr || peer->state != Peer::State::kConnecting) return;
  peer->state = Peer::State::kOpen;
  peer->since = now;
  peer->max_message = max_message;
  peer->reliable = reliable;
  Greet(now, *peer);
}

void ClientImpl::Greet(Timestamp now, Peer& peer) {
  context_.SendTo(peer.handle,
                  Hello{kProtocolVersion, kFeatures, context_.options.id});
  SendPing(now, peer);
  // Swarms that the tracker introduced us for before the connection was up.
  const std::vector<SwarmId> ours = std::exchange(peer.ours, {});
  for (const SwarmId& id : ours) OpenWith(now, peer, id);
}

void ClientImpl::PeerDown(Timestamp now, PeerHandle handle) {
  Peer* peer = FindPeer(handle);
  if (peer == nullptr) return;
  if (peer->state == Peer::State::kConnecting &&
      failed_.size() < kMaxFailedReported) {
    failed_.push_back(peer->id);
  }
  uploader_.Forget(*peer);
  while (!peer->links.empty()) {
    Link* link = peer->links.back();
    peer->links.pop_back();
    link->swarm->RemoveLink(now, *link);
  }
  peers_.Remove(handle);
  uploader_.Pump(now);
}

void ClientImpl::DropPeer(Timestamp now, Peer& peer) {
  const PeerHandle handle = peer.handle;
  PeerDown(now, handle);
  context_.Emit(action::Disconnect{handle});
}

void ClientImpl::OpenWith(Timestamp now, Peer& peer, const SwarmId& id) {
  if (absl::c_linear_search(peer.ours, id)) return;
  if (peer.ours.size() >= kMaxOpenings) return;
  peer.ours.push_back(id);
  if (peer.state == Peer::State::kConnecting) return;  // Greet will
  OpenSwarms open;
  open.swarms.push_back(
      {id, static_cast<uint8_t>(
               context_.options.uploads ? 0 : OpenSwarms::kWontUpload)});
  context_.SendTo(peer.handle, open);
  const Swarm* swarm = FindById(id);
  if (swarm != nullptr && swarm->info() == nullptr) {
    context_.SendTo(peer.handle, InfoRequest{PrefixOf(id)});
  }
  LinkIfBoth(now, peer, id);
}

void ClientImpl::LinkIfBoth(Timestamp now, Peer& peer, const SwarmId& id) {
  const Opened* theirs = peer.Opens(id);
  if (theirs == nullptr || !absl::c_linear_search(peer.ours, id)) return;
  Swarm* swarm = FindById(id);
  // Another swarm with the same prefix has the connection already.
  if (swarm == nullptr || FindLink(peer, PrefixOf(id)) != nullptr) return;
  Link& link = swarm->AddLink(now, peer);
  link.wont_upload = (theirs->flags & OpenSwarms::kWontUpload) != 0;
  peer.links.push_back(&link);
}

Link* ClientImpl::FindLink(Peer& peer, SwarmPrefix prefix) const {
  for (Link* link : peer.links) {
    if (link->prefix == prefix) return link;
  }
  return nullptr;
}

void ClientImpl::DropLinks(Timestamp now, Swarm& swarm, bool tell) {
  if (!swarm.id()) return;
  for (auto& peer : peers_) {
    if (std::erase(peer->ours, *swarm.id()) > 0 && tell &&
        peer->state != Peer::State::kConnecting) {
      context_.SendTo(peer->handle, CloseSwarm{PrefixOf(*swarm.id())});
    }
  }
  while (!swarm.links().empty()) {
    Link& link = *swarm.links().back();
    uploader_.Forget(link);
    std::erase(link.peer->links, &link);
    swarm.RemoveLink(now, link);
  }
}

// --- messages
// -----------------------------------------------------------------

void ClientImpl::PeerMessage(Timestamp now, PeerHandle handle,
                             absl::Span<const uint8_t> head, uint32_t length) {
  now_ = now;
  Peer* peer = FindPeer(handle);
  if (peer == nullptr || peer->state == Peer::State::kConnecting) return;
  if (head.size() < length) {
    if (!HandleData(now, *peer, head, length, 0)) Misbehaved(now, *peer);
    return;
  }
  if (peer->state == Peer::State::kOpen && !head.empty() &&
      head[0] != Hello::kTag) {
    if (peer->early.size() < kMaxEarlyMessages && length <= kMaxEarlyLength) {
      peer->early.emplace_back(head.begin(), head.end());
    } else {
      Misbehaved(now, *peer);
    }
    return;
  }
  bool good = HandleMessage(now, handle, head);
  while (good && (peer = FindPeer(handle)) != nullptr && !peer->early.empty()) {
    const std::vector<uint8_t> message = std::move(peer->early.front());
    peer->early.erase(peer->early.begin());
    // Nobody can have asked for data yet, and its payload is gone.
    good = message[0] != Data::kTag && HandleMessage(now, handle, message);
  }
  if (!good && (peer = FindPeer(handle)) != nullptr) Misbehaved(now, *peer);
}

bool ClientImpl::HandleMessage(Timestamp now, PeerHandle handle,
                               absl::Span<const uint8_t> message) {
  FrameReader reader(message);
  while (const std::optional<Frame> frame = reader.Next()) {
    Peer* peer = FindPeer(handle);
    if (peer == nullptr) return true;  // what it said has ended the connection
    const uint32_t offset =
        static_cast<uint32_t>(frame->value.data() - message.data());
    if (!HandleFrame(now, *peer, *frame, offset)) return false;
  }
  return !reader.malformed();
}

bool ClientImpl::HandleFrame(Timestamp now, Peer& peer, const Frame& frame,
                             uint32_t offset) {
  if (frame.tag == Hello::kTag) return HandleHello(now, peer, frame.value);
  if (peer.state != Peer::State::kReady) return false;  // Hello comes first
  switch (frame.tag) {
    case Data::kTag: {
      // Its header stands just before its value.
      const uint8_t* start = frame.value.data() - kFrameHeaderSize;
      const size_t whole = frame.value.size() + kFrameHeaderSize;
      return HandleData(now, peer, absl::MakeConstSpan(start, whole),
                        static_cast<uint32_t>(whole),
                        offset - kFrameHeaderSize);
    }
    case OpenSwarms::kTag:
      return HandleOpen(now, peer, frame.value);
    case Ping::kTag: {
      const auto ping = Ping::Parse(frame.value);
      if (ping) context_.SendTo(peer.handle, Pong{ping->nonce});
      return ping.has_value();
    }
    case Pong::kTag: {
      const auto pong = Pong::Parse(frame.value);
      if (!pong) return false;
      if (peer.ping_open && pong->nonce == peer.ping_nonce) {
        peer.ping_open = false;
        peer.rtt = now - peer.ping_sent;
        peer.least_rtt = std::min(peer.least_rtt, peer.rtt);
        peer.window.OnPong(peer.rtt);
      }
      return true;
    }
    case InfoRequest::kTag:
      return HandleInfoRequest(peer, frame.value);
    case FileInfoMessage::kTag:
      return HandleInfo(now, frame.value);
    default:
      return HandleInSwarm(now, peer, frame);
  }
}

bool ClientImpl::HandleHello(Timestamp now, Peer& peer,
                             absl::Span<const uint8_t> value) {
  const auto hello = Hello::Parse(value);
  if (!hello || peer.state == Peer::State::kReady) return false;
  if (hello->client != peer.id) return false;  // not whom we were introduced to
  if (hello->version != kProtocolVersion) {
    DropPeer(now, peer);
    return true;
  }
  peer.state = Peer::State::kReady;
  peer.since = now;
  return true;
}

bool ClientImpl::HandleOpen(Timestamp now, Peer& peer,
                            absl::Span<const uint8_t> value) {
  const auto open = OpenSwarms::Parse(value);
  if (!open) return false;
  for (const OpenSwarms::Swarm& opened : open->swarms) {
    if (peer.Opens(opened.id) == nullptr) {
      if (peer.theirs.size() >= kMaxOpenings) return false;
      peer.theirs.push_back({opened.id, opened.flags});
    } else if (Link* link = FindLink(peer, PrefixOf(opened.id));
               link != nullptr && link->swarm->id() == opened.id) {
      link->swarm->Announce(*link);  // they can make use of our map now
    }
    if (FindById(opened.id) == nullptr) continue;
    OpenWith(now, peer, opened.id);
    LinkIfBoth(now, peer, opened.id);
  }
  return true;
}

bool ClientImpl::HandleData(Timestamp now, Peer& peer,
                            absl::Span<const uint8_t> head, uint32_t length,
                            uint32_t offset) {
  const auto data = Data::Parse(head, length);
  if (!data || peer.state != Peer::State::kReady) return false;
  Link* link = FindLink(peer, data->swarm);
  if (link == nullptr) return true;  // closed since
  return link->swarm->OnData(now, *link, data->chunk, data->payload_length,
                             offset + kDataHeaderSize);
}

bool ClientImpl::HandleInfoRequest(Peer& peer,
                                   absl::Span<const uint8_t> value) {
  const auto request = InfoRequest::Parse(value);
  if (!request) return false;
  // Asked before or after the link is made; only full ids they have opened.
  for (const auto& [id, flags] : peer.theirs) {
    if (PrefixOf(id) != request->swarm) continue;
    const Swarm* swarm = FindById(id);
    if (swarm == nullptr || swarm->info() == nullptr) continue;
    context_.SendTo(peer.handle, FileInfoMessage{0, id, *swarm->info()});
    if (Link* link = FindLink(peer, request->swarm)) {
      link->swarm->Announce(*link);
    }
  }
  return true;
}

bool ClientImpl::HandleInfo(Timestamp now, absl::Span<const uint8_t> value) {
  auto message = FileInfoMessage::Parse(value);
  if (!message) return false;
  std::vector<Swarm*> waiting;
  for (auto& swarm : swarms_) {
    if (swarm->takes_part() && swarm->id() == message->id && !swarm->info()) {
      waiting.push_back(swarm.get());
    }
  }
  if (waiting.empty()) return true;
  if (message->info.ComputeRoot() != message->id) return false;
  for (Swarm* swarm : waiting) {
    swarm->OnInfo(now, message->info, message->id);
    for (const auto& link : swarm->links()) {
      context_.SendTo(link->peer->handle, InfoRequest{link->prefix});
    }
  }
  return true;
}

bool ClientImpl::HandleInSwarm(Timestamp now, Peer& peer, const Frame& frame) {
  switch (frame.tag) {
    case Request::kTag: {
      const auto request = Request::Parse(frame.value);
      if (!request) return false;
      Link* link = FindLink(peer, request->swarm);
      if (link == nullptr) {
        context_.SendTo(
            peer.handle,
            Refuse{request->swarm, RefuseReason::kUnknownSwarm, {}});
      } else {
        uploader_.OnRequest(now, *link, request->chunks);
      }
      return true;
    }
    case Cancel::kTag: {
      const auto cancel = Cancel::Parse(frame.value);
      if (!cancel) return false;
      Link* link = FindLink(peer, cancel->swarm);
      if (link != nullptr) uploader_.OnCancel(now, *link, cancel->chunks);
      return true;
    }
    case Have::kTag: {
      const auto have = Have::Parse(frame.value);
      if (!have) return false;
      Link* link = FindLink(peer, have->swarm);
      return link == nullptr || link->swarm->OnHave(now, *link, *have);
    }
    case Refuse::kTag: {
      const auto refuse = Refuse::Parse(frame.value);
      if (!refuse) return false;
      Link* link = FindLink(peer, refuse->swarm);
      if (link == nullptr) return true;
      link->swarm->OnRefuse(now, *link, refuse->chunks,
                            BackOff(refuse->reason));
      return true;
    }
    case CloseSwarm::kTag: {
      const auto close = CloseSwarm::Parse(frame.value);
      if (!close) return false;
      std::erase_if(peer.theirs, [&](const Opened& opened) {
        return PrefixOf(opened.id) == close->swarm;
      });
      if (Link* link = FindLink(peer, close->swarm)) {
        uploader_.Forget(*link);
        std::erase(peer.ours, *link->swarm->id());
        std::erase(peer.links, link);
        link->swarm->RemoveLink(now, *link);
      }
      return true;
    }
    default:
      return true;  // a later version's
  }
}

void ClientImpl::PeerBuffered(Timestamp now, PeerHandle handle,
                              uint64_t bytes) {
  now_ = now;
  Peer* peer = FindPeer(handle);
  if (peer != nullptr) uploader_.OnBuffered(now, *peer, bytes);
}

// --- faults
// -------------------------------------------------------------------

void ClientImpl::Misbehaved(Timestamp now, Peer& peer) {
  const ClientId client = peer.id;
  const PeerHandle handle = peer.handle;
  Blame(now, client);
  // A stream that can't be read can't be followed either.
  if (Peer* still = FindPeer(handle)) DropPeer(now, *still);
}

void ClientImpl::Blame(Timestamp now, ClientId client) {
  now_ = now;
  auto offender = std::find_if(
      offenders_.begin(), offenders_.end(),
      [&](const Offender& other) { return other.client == client; });
  if (offender == offenders_.end()) {
    if (offenders_.size() == kMaxOffenders)
      offenders_.erase(offenders_.begin());
    offenders_.push_back({client, 0});
    offender = offenders_.end() - 1;
  }
  if (++offender->strikes < kMaxStrikes) return;
  if (Peer* peer = FindPeer(client)) {
    // Not now: the swarm that calls is in the middle of something.
    doomed_.push_back(peer->handle);
  }
}

bool ClientImpl::IsBanned(ClientId client) const {
  return absl::c_any_of(offenders_, [&](const Offender& offender) {
    return offender.client == client && offender.strikes >= kMaxStrikes;
  });
}

uint32_t ClientImpl::banned() const {
  return static_cast<uint32_t>(
      absl::c_count_if(offenders_, [](const Offender& offender) {
        return offender.strikes >= kMaxStrikes;
      }));
}

void ClientImpl::DropDoomed() {
  for (const PeerHandle handle : std::exchange(doomed_, {})) {
    if (Peer* peer = FindPeer(handle)) DropPeer(now_, *peer);
  }
}

// --- time
// ---------------------------------------------------------------------

bool ClientImpl::Useless(const Peer& peer) const {
  return std::all_of(peer.links.begin(), peer.links.end(), [](Link* link) {
    const BlockTable* blocks = link->swarm->blocks();
    return blocks != nullptr && blocks->complete() && link->has.all();
  });
}

uint32_t ClientImpl::MaxPeers() const {
  return context_.options.max_peers.value_or(
      uploader_.paths_are_narrow() ? kMaxPeersOnNarrowPaths : kMaxPeers);
}

bool ClientImpl::MakeRoom(Timestamp now) {
  if (peers_.size() < MaxPeers()) return true;
  for (auto& peer : peers_) {
    if (peer->state != Peer::State::kReady || !Useless(*peer)) continue;
    DropPeer(now, *peer);
    return true;
  }
  return false;
}

void ClientImpl::TickPeers(Timestamp now) {
  std::vector<Peer*> overdue;
  for (auto& peer : peers_) {
    const Duration age = now - peer->since;
    switch (peer->state) {
      case Peer::State::kConnecting:
        if (age > kConnectTimeout) overdue.push_back(peer.get());
        break;
      case Peer::State::kOpen:
        if (age > kHelloTimeout) overdue.push_back(peer.get());
        break;
      case Peer::State::kReady:
        if (peer->links.empty() && age > kIdleTimeout) {
          overdue.push_back(peer.get());
        } else if (peer->outstanding > 0 && !peer->ping_open &&
                   now - peer->ping_sent > kPingEvery) {
          SendPing(now, *peer);
        }
        break;
    }
  }
  for (Peer* peer : overdue) DropPeer(now, *peer);
}

}  // namespace peer5
