#include "core/swarm/client_impl.h"

#include <algorithm>
#include <utility>

#include "core/wire/completed_download.h"
#include "core/wire/leave.h"

namespace peer5 {
namespace {

// How often late answers, silent peers and held decisions are looked at.
constexpr Duration kTick = Duration::Millis(250);

}  // namespace

ClientImpl::ClientImpl(const ClientOptions& options, ActionSink& sink)
    : context_(options, sink), uploader_(context_) {
  context_.up.SetRate(Timestamp(), options.up_limit);
  context_.down.SetRate(Timestamp(), options.down_limit);
}

SwarmHandle ClientImpl::Open(Timestamp now, const SwarmOptions& options) {
  const SwarmHandle handle(next_swarm_++);
  Swarm& swarm =
      swarms_.Add(std::make_unique<Swarm>(context_, *this, handle, options));
  swarm.Start(now);
  if (tracker_up_) Join(swarm);
  next_tick_ = std::min(next_tick_, now + kTick);
  return handle;
}

SwarmHandle ClientImpl::Share(Timestamp now, FileInfo info) {
  const SwarmHandle handle(next_swarm_++);
  SwarmOptions options;
  options.mode = DownloadMode::kP2p;
  Swarm& swarm =
      swarms_.Add(std::make_unique<Swarm>(context_, *this, handle, options));
  swarm.StartSharing(now, std::move(info));
  next_tick_ = std::min(next_tick_, now + kTick);
  return handle;
}

void ClientImpl::Close(Timestamp now, SwarmHandle handle) {
  const std::unique_ptr<Swarm> swarm = swarms_.Remove(handle);
  if (swarm == nullptr) return;
  swarm->Pause(now);
  OnSwarmOver(now, *swarm);
}

void ClientImpl::SetOptions(Timestamp now, const ClientOptions& options) {
  const bool uploads_off = context_.options.uploads && !options.uploads;
  const ClientOptions before = context_.options;
  context_.options = options;
  context_.options.id = before.id;
  context_.options.secret = before.secret;
  context_.options.seed = before.seed;
  context_.up.SetRate(now, yield_.Limit(options.up_limit));
  context_.down.SetRate(now, options.down_limit);
  if (uploads_off) {
    for (auto& peer : peers_) uploader_.RefuseAll(*peer);
  }
  uploader_.Pump(now);
}

Swarm* ClientImpl::Find(SwarmHandle swarm) const { return swarms_.Find(swarm); }

Swarm* ClientImpl::FindById(const SwarmId& id) const {
  for (const auto& swarm : swarms_) {
    if (swarm->takes_part() && swarm->id() == id) return swarm.get();
  }
  return nullptr;
}

Swarm* ClientImpl::FetchOwner(FetchHandle fetch) const {
  for (const auto& swarm : swarms_) {
    if (swarm->Owns(fetch)) return swarm.get();
  }
  return nullptr;
}

void ClientImpl::OnSwarmIdentified(Timestamp now, Swarm& swarm) {
  if (tracker_up_) {
    if (swarm.info() && swarm.options().url.empty()) Publish(swarm);
    Join(swarm);
  }
  // Peers that opened it before we knew its id.
  std::vector<Peer*> openers;
  for (auto& peer : peers_) {
    if (peer->Opens(*swarm.id()) != nullptr) openers.push_back(peer.get());
  }
  for (Peer* peer : openers) OpenWith(now, *peer, *swarm.id());
}

void ClientImpl::OnSwarmOver(Timestamp now, Swarm& swarm) {
  Swarm* twin = swarm.id() ? FindById(*swarm.id()) : nullptr;
  if (twin != nullptr) {
    // The connections are the other request's now, and so is the membership.
    // Opened again, a swarm is announced again.
    std::vector<Peer*> linked;
    for (const auto& link : swarm.links()) linked.push_back(link->peer);
    DropLinks(now, swarm, /*tell=*/false);
    for (Peer* peer : linked) OpenWith(now, *peer, *twin->id());
    swarm.set_joined(false);
    return;
  }
  DropLinks(now, swarm, /*tell=*/true);
  if (tracker_up_ && swarm.joined() && swarm.id()) {
    context_.SendToTracker(Leave{*swarm.id()});
  }
  swarm.set_joined(false);
}

void ClientImpl::OnSwarmComplete(Timestamp now, Swarm& swarm) {
  if (!tracker_up_) return;
  Report(now, swarm);
  context_.SendToTracker(CompletedDownload{*swarm.id()});
}

bool ClientImpl::TrackerHopeful() const {
  return tracker_up_ || !tracker_tried_;
}

Timestamp ClientImpl::deadline() const {
  Timestamp next = std::min(next_tick_, next_report_);
  for (const auto& swarm : swarms_) {
    next = std::min(next, swarm->deadline());
  }
  return std::min(next, const_cast<Uploader&>(uploader_).deadline(now_));
}

void ClientImpl::Advance(Timestamp now) {
  now_ = now;
  uploader_.Pump(now);
  const bool tick = now >= next_tick_;
  if (tick) next_tick_ = now + kTick;
  std::vector<Swarm*> swarms;  // a tick may end a swarm, but erases none
  for (auto& swarm : swarms_) swarms.push_back(swarm.get());
  for (Swarm* swarm : swarms) {
    if (tick || now >= swarm->deadline()) swarm->Tick(now);
  }
  if (tick) {
    TickPeers(now);
    ProbeUplink(now);
    if (swarms_.empty() && peers_.empty()) next_tick_ = Timestamp::Never();
  }
  if (tracker_up_ && now >= next_report_) ReportAll(now);
  if (tracker_up_ && tick) AskForPeers(now);
}

}  // namespace peer5
