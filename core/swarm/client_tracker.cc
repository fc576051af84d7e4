// The session with the tracker: introduce ourselves, join, report, and let it
// introduce us to others.

#include <algorithm>
#include <utility>

#include "core/swarm/client_impl.h"
#include "core/wire/client_hello.h"
#include "core/wire/completed_download.h"
#include "core/wire/file_info.h"
#include "core/wire/join.h"
#include "core/wire/leave.h"
#include "core/wire/report.h"
#include "core/wire/version.h"
#include "core/wire/want_peers.h"
#include "core/wire/welcome.h"

namespace peer5 {
namespace {

// With fewer links than this a swarm asks for more peers.
constexpr size_t kTargetLinks = 26;
constexpr size_t kTargetLinksOnNarrowPaths = 60;
constexpr Duration kAskEvery = Duration::Seconds(4);
constexpr Duration kShortestReport = Duration::Seconds(1);

}  // namespace

void ClientImpl::TrackerUp(Timestamp now) {
  tracker_up_ = true;
  tracker_tried_ = true;
  const ClientOptions& options = context_.options;
  ClientHello hello;
  hello.version = kProtocolVersion;
  hello.client = options.id;
  hello.secret = options.secret;
  hello.vendor = static_cast<BrowserVendor>(options.browser_vendor);
  hello.browser_version = options.browser_version;
  hello.network =
      static_cast<uint8_t>((options.cellular ? ClientHello::kCellular : 0) |
                           (options.uploads ? 0 : ClientHello::kNoUploads));
  hello.token = options.token;
  context_.SendToTracker(hello);
  for (auto& swarm : swarms_) {
    swarm->set_joined(false);
    if (swarm->info() && swarm->options().url.empty()) Publish(*swarm);
    Join(*swarm);
  }
  next_report_ = now + report_interval_;
}

void ClientImpl::TrackerDown(Timestamp now) {
  tracker_up_ = false;
  tracker_tried_ = true;
  next_report_ = Timestamp::Never();
  for (auto& swarm : swarms_) {
    swarm->set_joined(false);
    swarm->Tick(now);
  }
}

void ClientImpl::JoinLate(Timestamp) {
  if (!tracker_up_) return;
  for (auto& swarm : swarms_) {
    if (swarm->options().min_size > 0) Join(*swarm);
  }
}

void ClientImpl::Join(Swarm& swarm) {
  if (!swarm.wants_tracker()) return;
  // With a manifest, or an id, there is no need for the tracker's word.
  if (swarm.options().manifest && !swarm.id()) return;
  if (swarm.joined()) return;
  swarm.set_joined(true);
  peer5::Join join;
  join.ref = swarm.handle().value();
  if (swarm.info()) join.flags |= peer5::Join::kHasInfo;
  if (swarm.blocks() != nullptr && swarm.blocks()->complete()) {
    join.flags |= peer5::Join::kSeeder;
  }
  if (swarm.options().mode == DownloadMode::kP2p) {
    join.flags |= peer5::Join::kP2pOnly;
  }
  // By URL where the tracker's FileInfo is wanted, even if its root is known:
  // the tracker may not have met this version yet.
  if (swarm.info() || swarm.options().url.empty()) {
    join.id = swarm.id();
  } else {
    join.url = swarm.options().url;
  }
  context_.SendToTracker(join);
}

void ClientImpl::Publish(const Swarm& swarm) {
  context_.SendToTracker(
      FileInfoMessage{swarm.handle().value(), *swarm.id(), *swarm.info()});
}

void ClientImpl::LocalSignal(Timestamp, PeerHandle handle, SdpKind kind,
                             std::string text) {
  const Peer* peer = FindPeer(handle);
  if (peer == nullptr || !tracker_up_) return;
  context_.SendToTracker(
      Sdp{context_.options.id, peer->id, kind, std::move(text)});
}

void ClientImpl::TrackerMessage(Timestamp now,
                                absl::Span<const uint8_t> message) {
  now_ = now;
  FrameReader reader(message);
  while (const std::optional<Frame> frame = reader.Next()) {
    HandleTrackerFrame(now, *frame);
  }
}

void ClientImpl::HandleTrackerFrame(Timestamp now, const Frame& frame) {
  switch (frame.tag) {
    case Welcome::kTag:
      if (auto welcome = Welcome::Parse(frame.value)) {
        report_interval_ = std::max(
            kShortestReport, Duration::Millis(welcome->report_interval_ms));
        next_report_ = now + report_interval_;
        context_.Emit(action::UseIceServers{std::move(welcome->ice_servers)});
      }
      break;
    case FileInfoMessage::kTag:
      if (auto message = FileInfoMessage::Parse(frame.value)) {
        Swarm* swarm = Find(SwarmHandle(message->ref));
        if (swarm == nullptr || swarm->options().manifest) break;
        swarm->OnInfo(now, std::move(message->info), message->id);
      }
      break;
    case SwarmError::kTag:
      if (const auto error = SwarmError::Parse(frame.value)) {
        if (Swarm* swarm = Find(SwarmHandle(error->ref))) {
          swarm->OnNoInfo(now, error->code);
        }
      }
      break;
    case Match::kTag:
      HandleMatch(now, frame.value);
      break;
    case Sdp::kTag:
      HandleSdp(now, frame.value);
      break;
    default:
      break;
  }
}

void ClientImpl::HandleMatch(Timestamp now, absl::Span<const uint8_t> value) {
  const auto match = Match::Parse(value);
  if (!match) return;
  Swarm* swarm = FindById(match->swarm);
  if (swarm == nullptr) return;
  for (const Match::Candidate& candidate : match->candidates) {
    if (candidate.peer == context_.options.id) continue;
    if (IsBanned(candidate.peer)) continue;
    Peer* peer = FindPeer(candidate.peer);
    if (peer == nullptr) {
      const bool offer = (candidate.flags & Match::kYouOffer) != 0;
      if (!offer || !MakeRoom(now)) continue;
      peer = &NewPeer(now, candidate.peer, offer);
    }
    OpenWith(now, *peer, match->swarm);
  }
  swarm->OnTrackerNews(now, match->swarm_peers, !match->candidates.empty());
}

void ClientImpl::HandleSdp(Timestamp now, absl::Span<const uint8_t> value) {
  auto sdp = Sdp::Parse(value);
  if (!sdp || sdp->dest != context_.options.id) return;
  if (IsBanned(sdp->origin)) return;
  Peer* peer = FindPeer(sdp->origin);
  if (sdp->kind == SdpKind::kOffer) {
    if (peer != nullptr && peer->offer &&
        peer->state == Peer::State::kConnecting) {
      // Both offered: the smaller id's offer stands.
      if (context_.options.id < sdp->origin) return;
      DropPeer(now, *peer);
      peer = nullptr;
    }
    if (peer == nullptr) {
      if (!MakeRoom(now)) {
        context_.SendToTracker(
            Sdp{context_.options.id, sdp->origin, SdpKind::kDecline, ""});
        return;
      }
      peer = &NewPeer(now, sdp->origin, /*offer=*/false);
    }
  }
  if (peer == nullptr) return;
  if (sdp->kind == SdpKind::kDecline) {
    if (peer->state == Peer::State::kConnecting) DropPeer(now, *peer);
    return;
  }
  context_.Emit(
      action::RemoteSignal{peer->handle, sdp->kind, std::move(sdp->text)});
}

// --- reports
// ------------------------------------------------------------------

void ClientImpl::ReportAll(Timestamp now) {
  for (auto& swarm : swarms_) Report(now, *swarm);
  // Jitter keeps a crowd that came together from reporting together.
  next_report_ = now + report_interval_ * (75 + context_.rng.Below(51)) / 100;
}

void ClientImpl::Report(Timestamp now, Swarm& swarm) {
  if (!swarm.id() || !swarm.joined()) return;
  const Client::SwarmStats stats = swarm.stats();
  peer5::Report report;
  report.swarm = *swarm.id();
  report.http_bytes = stats.http_bytes;
  report.peer_bytes = stats.peer_bytes;
  report.stored_bytes = stats.stored_bytes;
  report.uploaded = stats.uploaded;
  report.wasted = stats.wasted;
  report.down_rate = static_cast<uint32_t>(swarm.down_rate(now));
  report.last_block = swarm.last_block();
  if (const BlockTable* blocks = swarm.blocks()) {
    report.num_blocks = blocks->layout().num_blocks();
    report.map = blocks->have().ToBytes();
  }
  double up_rate = 0;
  for (const auto& link : swarm.links()) {
    Peer& peer = *link->peer;
    up_rate += peer.up.BytesPerSecond(now);
    peer5::Report::Connection connection;
    connection.peer = peer.id;
    connection.state = peer5::Report::kOpen;
    connection.rtt_ms = static_cast<uint16_t>(
        std::min<int64_t>(peer.rtt.micros() / 1000, UINT16_MAX));
    connection.bytes_from =
        static_cast<uint32_t>(std::min<uint64_t>(link->bytes_in, UINT32_MAX));
    connection.bytes_to =
        static_cast<uint32_t>(std::min<uint64_t>(link->bytes_out, UINT32_MAX));
    report.connections.push_back(connection);
  }
  for (const ClientId failed : std::exchange(failed_, {})) {
    report.connections.push_back({failed, peer5::Report::kFailed});
  }
  report.up_rate = static_cast<uint32_t>(up_rate);
  report.load = load_;
  context_.SendToTracker(report);
}

// Where paths carry little each, it takes more of them.
size_t ClientImpl::TargetLinks(const Swarm& swarm) const {
  const bool complete = swarm.blocks() != nullptr && swarm.blocks()->complete();
  return uploader_.paths_are_narrow() && !complete ? kTargetLinksOnNarrowPaths
                                                   : kTargetLinks;
}

void ClientImpl::AskForPeers(Timestamp now) {
  if (now < next_ask_) return;
  next_ask_ = now + kAskEvery * (75 + context_.rng.Below(51)) / 100;
  if (peers_.size() >= MaxPeers()) return;
  for (auto& swarm : swarms_) {
    if (!swarm->id() || swarm->paused() ||
        swarm->state() != Swarm::State::kRunning || !swarm->joined()) {
      continue;
    }
    const size_t links = swarm->links().size();
    const size_t target = TargetLinks(*swarm);
    if (links >= target || swarm->swarm_peers() <= links) continue;
    context_.SendToTracker(
        WantPeers{*swarm->id(), static_cast<uint8_t>(target - links)});
  }
}

}  // namespace peer5
