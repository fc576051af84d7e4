// Into swarms and out of them, and where a swarm's FileInfo comes from.

#include <memory>
#include <utility>

#include "core/tracker/tracker.h"
#include "core/wire/file_info.h"
#include "core/wire/join.h"
#include "core/wire/leave.h"

namespace peer5 {
namespace {

constexpr auto kChromium = static_cast<uint8_t>(BrowserVendor::kChromium);
constexpr auto kFirefox = static_cast<uint8_t>(BrowserVendor::kFirefox);

}  // namespace

void Tracker::RefuseJoin(Conn& conn, uint32_t ref, SwarmErrorCode code,
                         std::string text) {
  ++totals_.refused;
  SwarmError error;
  error.ref = ref;
  error.code = code;
  error.text = std::move(text);
  // Who shall come again later need not hear of it at once: a write for each
  // would cost more than the join.
  Send(conn.handle, error, /*can_wait=*/code == SwarmErrorCode::kBusy);
}

Tracker::Verdict Tracker::HandleJoin(Timestamp now, Conn& conn,
                                     const Frame& frame) {
  const std::optional<Join> join = Join::Parse(frame.value);
  if (!join) return CloseReason::kMalformed;
  if (!conn.joins.Take(now, options_.limits.joins, 1)) {
    RefuseJoin(conn, join->ref, SwarmErrorCode::kBusy,
               "too many joins; try again later");
    return Overstep(now, conn);
  }
  if (join->id) {
    JoinById(now, conn, *join, /*asked=*/!options_.shared);
  } else {
    JoinByUrl(now, conn, *join);
  }
  return kFine;
}

void Tracker::JoinByUrl(Timestamp now, Conn& conn, const Join& join) {
  if (join.url.size() > options_.limits.url_length) {
    RefuseJoin(conn, join.ref, SwarmErrorCode::kNotShareable,
               "the URL is too long to be shared");
    return;
  }
  // The caller's timer may be late.
  resources_.Advance(now);
  if (const ResourceTable::Vouched* vouched = resources_.Find(join.url)) {
    EnterVouched(now, conn, join.ref, *vouched);
    return;
  }
  if (conn.waiting >= options_.limits.waiting_per_client ||
      resources_.size() >= options_.limits.resources) {
    RefuseJoin(conn, join.ref, SwarmErrorCode::kBusy,
               "too many resources wait to be hashed; try again later");
    return;
  }
  ++conn.waiting;
  if (resources_.Wait(join.url, {conn.handle, join.ref})) {
    actions_.push_back(tracker_action::NeedResource{join.url});
  }
}

void Tracker::ResourceReady(Timestamp now, const std::string& url,
                            FileInfo info) {
  ResourceTable::Vouched vouched;
  vouched.id = info.ComputeRoot();
  vouched.info = std::make_shared<const FileInfo>(std::move(info));
  for (const Waiter& waiter : resources_.Ready(now, url, vouched)) {
    Conn* conn = FindConn(waiter.conn);
    if (conn == nullptr) continue;
    --conn->waiting;
    EnterVouched(now, *conn, waiter.ref, vouched);
  }
}

void Tracker::ResourceFailed(Timestamp, const std::string& url,
                             SwarmErrorCode code, const std::string& text) {
  for (const Waiter& waiter : resources_.Failed(url)) {
    Conn* conn = FindConn(waiter.conn);
    if (conn == nullptr) continue;
    --conn->waiting;
    RefuseJoin(*conn, waiter.ref, code, text);
  }
}

void Tracker::EnterVouched(Timestamp now, Conn& conn, uint32_t ref,
                           const ResourceTable::Vouched& vouched) {
  Swarm* swarm = SwarmForJoin(now, conn, ref, vouched.id);
  if (swarm == nullptr) return;
  if (swarm->info == nullptr) {
    registry_.SetInfo(*swarm, vouched.info, /*published=*/false);
  }
  // Its own URL's FileInfo, though another may have the same content: the
  // validator belongs to the URL.
  EnterSwarm(now, conn, *swarm, ref, vouched.info.get(), /*seeder=*/false);
}

// --- by swarm id
// -------------------------------------------------------------------

void Tracker::JoinById(Timestamp now, Conn& conn, const Join& join,
                       bool asked) {
  const bool has_info = (join.flags & Join::kHasInfo) != 0;
  const Swarm* known = registry_.FindSwarm(*join.id);
  if (!has_info && (known == nullptr || known->info == nullptr)) {
    if (!asked && AskElsewhere(conn, join)) return;
    RefuseJoin(conn, join.ref, SwarmErrorCode::kNotFound,
               "nobody shares this; perhaps its sharer has left");
    return;
  }
  if ((join.flags & Join::kP2pOnly) != 0 && known != nullptr) {
    if (const auto error = BrowserError(*conn.session, *known)) {
      RefuseJoin(conn, join.ref, *error,
                 "your browser can't connect to the browsers in this swarm");
      return;
    }
  }
  Swarm* swarm = SwarmForJoin(now, conn, join.ref, *join.id);
  if (swarm == nullptr) return;
  const std::shared_ptr<const FileInfo> info = swarm->info;
  EnterSwarm(now, conn, *swarm, join.ref, has_info ? nullptr : info.get(),
             (join.flags & Join::kSeeder) != 0);
}

std::optional<SwarmErrorCode> Tracker::BrowserError(const Session& session,
                                                    const Swarm& swarm) const {
  // A swarm whose members are all away may have compatible ones when they
  // return.
  if (swarm.vendors().size() != 1 || session.MemberOf(swarm.id()) != nullptr ||
      matcher_.AnyCompatible(swarm, session.traits.browser.vendor)) {
    return std::nullopt;
  }
  const uint8_t vendor = swarm.vendors().begin()->first;
  if (vendor == kFirefox) return SwarmErrorCode::kFirefoxOnly;
  if (vendor == kChromium) return SwarmErrorCode::kChromeOnly;
  return std::nullopt;
}

Swarm* Tracker::SwarmForJoin(Timestamp now, Conn& conn, uint32_t ref,
                             const SwarmId& id) {
  Swarm* swarm = registry_.FindSwarm(id);
  const bool member = conn.session->MemberOf(id) != nullptr;
  const bool room = member || conn.session->memberships.size() <
                                  options_.limits.swarms_per_client;
  if (room && swarm != nullptr) return swarm;
  if (room && registry_.num_swarms() < options_.limits.swarms) {
    return &registry_.SwarmFor(now, id);
  }
  RefuseJoin(conn, ref, SwarmErrorCode::kBusy,
             room ? "the tracker is full; try again later"
                  : "too many swarms for one client; leave some");
  return nullptr;
}

void Tracker::EnterSwarm(Timestamp now, Conn& conn, Swarm& swarm, uint32_t ref,
                         const FileInfo* info, bool seeder) {
  Session& session = *conn.session;
  // Somebody who has only lost the socket, or says it twice, keeps its peers:
  // what is missing of the usual number is all it is offered.
  const uint32_t partners = session.MemberOf(swarm.id()) == nullptr
                                ? 0
                                : PresentPartners(session, swarm);
  Member& member = registry_.Enter(session, swarm);
  if (seeder) {
    swarm.SetSeeder(member, true);
    member.traits.have = AvailabilitySketch::Everything();
  }
  ++totals_.joins;
  if (info != nullptr) SendInfo(conn.handle, ref, swarm.id(), *info);
  const uint32_t usual = options_.match_size;
  OfferPeers(now, member, usual > partners ? usual - partners : 0);
  if (PresentPartners(session, swarm) < usual) NoteHungry(swarm, session.id);
  Announce(now, member);
}

void Tracker::SendInfo(ConnHandle conn, uint32_t ref, const SwarmId& id,
                       const FileInfo& info) {
  Send(conn, FileInfoMessage{ref, id, info});
}

// --- shares
// ------------------------------------------------------------------------

Tracker::Verdict Tracker::HandlePublish(Timestamp now, Conn& conn,
                                        const Frame& frame) {
  std::optional<FileInfoMessage> message = FileInfoMessage::Parse(frame.value);
  if (!message) return CloseReason::kMalformed;
  const Swarm* known = registry_.FindSwarm(message->id);
  if (known != nullptr && known->info != nullptr) return kFine;
  if (message->info.ComputeRoot() != message->id) {
    return CloseReason::kMalformed;
  }
  const size_t bytes = StoredBytes(message->info);
  size_t& own = conn.session->published_bytes;
  if (own + bytes > options_.limits.published_per_client ||
      registry_.published_bytes() + bytes > options_.limits.published ||
      registry_.num_swarms() >= options_.limits.swarms) {
    RefuseJoin(conn, message->ref, SwarmErrorCode::kBusy,
               "the tracker can't hold so much FileInfo; share fewer or "
               "smaller files, or with larger blocks");
    return kFine;
  }
  own += bytes;
  if (options_.shared) {
    actions_.push_back(
        tracker_action::KeepInfo{message->id, SerializeMessage(*message)});
  }
  Swarm& swarm = registry_.SwarmFor(now, message->id);
  registry_.SetInfo(swarm,
                    std::make_shared<const FileInfo>(std::move(message->info)),
                    /*published=*/true);
  return kFine;
}

Tracker::Verdict Tracker::HandleLeave(Timestamp now, Conn& conn,
                                      const Frame& frame) {
  const std::optional<peer5::Leave> leave = peer5::Leave::Parse(frame.value);
  if (!leave) return CloseReason::kMalformed;
  if (Member* member = conn.session->MemberOf(leave->swarm)) {
    Withdraw(*member);
    registry_.Leave(now, *member);
  }
  return kFine;
}

}  // namespace peer5
