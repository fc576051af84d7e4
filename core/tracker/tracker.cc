// Sockets: who may speak, who a client is, and what goes to which handler.

#include "core/tracker/tracker.h"

#include <algorithm>
#include <utility>

#include "core/wire/client_hello.h"
#include "core/wire/completed_download.h"
#include "core/wire/file_info.h"
#include "core/wire/leave.h"
#include "core/wire/version.h"
#include "core/wire/want_peers.h"

namespace peer5 {

Tracker::Tracker(const TrackerOptions& options)
    : options_(options),
      rng_(options.seed),
      watch_(options.seed),
      matcher_(options.match, history_),
      registry_(options.away_grace, options.swarm_grace, options.foreign_check),
      resources_(options.resource_fresh),
      hello_timers_(options.hello_timeout) {}

Tracker::Conn* Tracker::FindConn(ConnHandle handle) {
  const auto found = conns_.find(handle);
  return found == conns_.end() ? nullptr : found->second.get();
}

void Tracker::SocketUp(Timestamp now, ConnHandle handle,
                       const ClientAddress& address) {
  auto conn = std::make_unique<Conn>();
  conn->handle = handle;
  conn->arrival = std::make_unique<Arrival>();
  conn->arrival->address = address;
  conns_[handle] = std::move(conn);
  hello_timers_.Start(now, handle);
}

void Tracker::SocketDown(Timestamp now, ConnHandle handle) {
  Conn* conn = FindConn(handle);
  if (conn == nullptr) return;
  Session* session = conn->session;
  conns_.erase(handle);
  if (session == nullptr) return;
  for (const auto& member : session->memberships) Withdraw(*member);
  registry_.Depart(now, *session);
}

void Tracker::CloseConn(Timestamp now, ConnHandle handle, CloseReason reason) {
  SocketDown(now, handle);
  actions_.push_back(tracker_action::Close{handle, reason});
}

void Tracker::SocketMessage(Timestamp now, ConnHandle handle,
                            absl::Span<const uint8_t> message) {
  if (Conn* conn = FindConn(handle)) HandleMessage(now, *conn, message);
}

void Tracker::HandleMessage(Timestamp now, Conn& conn,
                            absl::Span<const uint8_t> message) {
  const ConnHandle handle = conn.handle;
  if (conn.checking()) {
    std::vector<uint8_t>& deferred = conn.arrival->deferred;
    if (deferred.size() + message.size() > options_.limits.unadmitted_bytes) {
      CloseConn(now, handle, CloseReason::kTooFast);
      return;
    }
    deferred.insert(deferred.end(), message.begin(), message.end());
    return;
  }
  FrameReader reader(message);
  while (const std::optional<Frame> frame = reader.Next()) {
    if (const Verdict bad = HandleFrame(now, conn, *frame)) {
      ++totals_.refused;
      CloseConn(now, handle, *bad);
      return;
    }
    if (conn.checking()) {
      // The rest waits for the token.
      const size_t used =
          frame->value.data() + frame->value.size() - message.data();
      HandleMessage(now, conn, message.subspan(used));
      return;
    }
  }
  if (reader.malformed()) {
    ++totals_.refused;
    CloseConn(now, handle, CloseReason::kMalformed);
  }
}

Tracker::Verdict Tracker::HandleFrame(Timestamp now, Conn& conn,
                                      const Frame& frame) {
  if (!conn.open()) {
    if (frame.tag != ClientHello::kTag) return CloseReason::kNoHello;
    return HandleHello(now, conn, frame);
  }
  const double cost = 1 + static_cast<double>(frame.value.size()) / 1024;
  if (conn.messages.Take(now, options_.limits.messages, cost)) {
    conn.warned = false;
    return HandleSessionFrame(now, conn, frame);
  }
  ++totals_.refused;
  if (const Verdict bad = Overstep(now, conn)) return bad;
  if (!std::exchange(conn.warned, true)) {
    const Duration wait = conn.messages.Wait(options_.limits.messages, cost);
    SendNotice(conn.handle, NoticeCode::kRateLimited, wait,
               "too many messages; some were dropped");
  }
  return kFine;
}

Tracker::Verdict Tracker::Overstep(Timestamp now, Conn& conn) {
  if (conn.drops.Take(now, options_.limits.drops, 1)) return kFine;
  return CloseReason::kTooFast;
}

Tracker::Verdict Tracker::HandleSessionFrame(Timestamp now, Conn& conn,
                                             const Frame& frame) {
  switch (frame.tag) {
    case Join::kTag:
      return HandleJoin(now, conn, frame);
    case FileInfoMessage::kTag:
      return HandlePublish(now, conn, frame);
    case Leave::kTag:
      return HandleLeave(now, conn, frame);
    case WantPeers::kTag:
      return HandleWantPeers(now, conn, frame);
    case Sdp::kTag:
      return HandleSdp(now, conn, frame);
    case Report::kTag:
      return HandleReport(now, conn, frame);
    case CompletedDownload::kTag:
      return HandleCompleted(now, conn, frame);
    default:
      return kFine;  // of a later version, perhaps
  }
}

// --- who it is
// -----------------------------------------------------------------

Tracker::Verdict Tracker::HandleHello(Timestamp now, Conn& conn,
                                      const Frame& frame) {
  std::optional<ClientHello> hello = ClientHello::Parse(frame.value);
  if (!hello) return CloseReason::kMalformed;
  if (hello->version != kProtocolVersion) return CloseReason::kVersion;
  if (!options_.check_tokens) return Open(now, conn, *hello);
  actions_.push_back(
      tracker_action::CheckToken{conn.handle, std::exchange(hello->token, {})});
  conn.arrival->hello = *std::move(hello);
  return kFine;
}

void Tracker::TokenChecked(Timestamp now, ConnHandle handle, bool good) {
  Conn* conn = FindConn(handle);
  if (conn == nullptr || !conn->checking()) return;
  const auto hello = std::exchange(conn->arrival->hello, std::nullopt);
  const auto deferred = std::exchange(conn->arrival->deferred, {});
  const Verdict bad =
      good ? Open(now, *conn, *hello) : Verdict(CloseReason::kRefused);
  if (bad) {
    ++totals_.refused;
    CloseConn(now, handle, *bad);
    return;
  }
  HandleMessage(now, *conn, deferred);
}

Tracker::Verdict Tracker::Open(Timestamp now, Conn& conn,
                               const ClientHello& hello) {
  Session* session = registry_.Find(hello.client);
  if (session == nullptr) {
    if (registry_.num_sessions() >= options_.limits.clients) {
      return CloseReason::kFull;
    }
    session = &registry_.Add(now, hello.client, hello.secret);
  } else {
    if (session->secret != hello.secret) return CloseReason::kWrongSecret;
    if (session->conn) CloseConn(now, *session->conn, CloseReason::kReplaced);
    if (session->elsewhere) {
      registry_.ComeHome(now, *session);
    } else {
      registry_.Return(now, *session);
    }
  }
  // Only now that it is in no swarm's groups may these change.
  session->traits.address = conn.arrival->address;
  session->traits.browser = {static_cast<uint8_t>(hello.vendor),
                             hello.browser_version};
  session->traits.metered =
      (hello.network & (ClientHello::kCellular | ClientHello::kSaveData)) != 0;
  session->traits.uploads = (hello.network & ClientHello::kNoUploads) == 0;
  session->conn = conn.handle;
  conn.session = session;
  conn.arrival.reset();
  SendWelcome(conn);
  return kFine;
}

void Tracker::SendWelcome(Conn& conn) {
  const auto crowd =
      Duration::FromSeconds(static_cast<double>(registry_.num_sessions()) /
                            options_.reports_per_second);
  const Duration interval = std::max(options_.report_interval, crowd);
  Welcome welcome;
  welcome.version = kProtocolVersion;
  welcome.report_interval_ms = static_cast<uint32_t>(interval.micros() / 1000);
  welcome.ice_servers = ice_servers_;
  conn.ice_version = ice_version_;
  Send(conn.handle, welcome);
}

void Tracker::SendNotice(ConnHandle conn, NoticeCode code, Duration wait,
                         std::string text) {
  Notice notice;
  notice.code = code;
  notice.retry_after_ms = static_cast<uint32_t>(wait.micros() / 1000);
  notice.text = std::move(text);
  Send(conn, notice);
}

// --- the operator and time
// -------------------------------------------------------

void Tracker::SetIceServers(std::vector<IceServer> servers) {
  ice_servers_ = std::move(servers);
  ++ice_version_;
}

void Tracker::Shutdown(Duration within) {
  for (const auto& [handle, conn] : conns_) {
    const auto wait = Duration::FromSeconds(within.seconds() * rng_.Unit());
    SendNotice(handle, NoticeCode::kShuttingDown, wait,
               "the tracker is restarting; come back after the given time");
  }
}

Timestamp Tracker::deadline() const {
  return std::min(
      {hello_timers_.next(), registry_.deadline(), resources_.deadline()});
}

void Tracker::Advance(Timestamp now) {
  while (const auto handle = hello_timers_.TakeDue(now)) {
    const Conn* conn = FindConn(*handle);
    if (conn == nullptr || conn->open()) continue;
    CloseConn(now, *handle, CloseReason::kNoHello);
  }
  registry_.Advance(now);
  resources_.Advance(now);
}

std::vector<TrackerAction> Tracker::TakeActions() {
  return std::exchange(actions_, {});
}

std::optional<SwarmView> Tracker::Look(Timestamp now, const SwarmId& id) {
  const Swarm* swarm = registry_.FindSwarm(id);
  if (swarm == nullptr) return std::nullopt;
  watch_.Watch(now, id);
  return watch_.View(*swarm);
}

TrackerStats Tracker::stats() const {
  TrackerStats stats = totals_;
  stats.sockets = conns_.size();
  stats.clients = registry_.num_sessions();
  stats.swarms = registry_.num_swarms();
  stats.members = registry_.num_members();
  return stats;
}

}  // namespace peer5
