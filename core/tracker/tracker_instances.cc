// Clients of other instances: they are matched like those here, and what is for
// them goes to the instance that has their socket.

#include <algorithm>
#include <utility>

#include "core/tracker/introduction.h"
#include "core/tracker/tracker.h"
#include "core/wire/frame.h"
#include "core/wire/match.h"

namespace peer5 {
namespace {

// Clients of one swarm that wait for others to be found elsewhere: more will
// ask again themselves.
constexpr size_t kMaxHungry = 64;

PeerRecord RecordOf(const Member& member) {
  const Session& session = *member.session;
  return {session.id, session.secret, session.traits, member.traits};
}

// The address and browser decide which groups a member is in, so they may only
// change while it is in none.
bool SamePlace(const ClientTraits& a, const ClientTraits& b) {
  return a.address == b.address && a.browser == b.browser;
}

}  // namespace

void Tracker::Announce(Timestamp now, const Member& member) {
  if (!options_.shared || !member.present()) return;
  Writer writer;
  RecordOf(member).SerializeTo(now, writer);
  actions_.push_back(tracker_action::Announce{
      member.swarm->id(), member.session->id, writer.Take()});
}

void Tracker::Withdraw(const Member& member) {
  if (!options_.shared || !member.present()) return;
  actions_.push_back(
      tracker_action::Withdraw{member.swarm->id(), member.session->id});
}

void Tracker::NoteHungry(Swarm& swarm, ClientId client) {
  if (!options_.shared || swarm.hungry.size() >= kMaxHungry) return;
  swarm.hungry.push_back(client);
}

void Tracker::IntroduceAbroad(Timestamp now, const Member& newcomer,
                              const Session& known, bool known_offers) {
  const Introduction introduction{newcomer.swarm->id(), known.id, known_offers,
                                  RecordOf(newcomer)};
  Writer writer;
  introduction.SerializeTo(now, writer);
  actions_.push_back(tracker_action::Forward{*known.elsewhere, writer.Take()});
}

void Tracker::SendSdp(const Session& dest, const Sdp& sdp) {
  if (dest.conn) {
    Send(*dest.conn, sdp);
  } else {
    actions_.push_back(
        tracker_action::Forward{*dest.elsewhere, SerializeMessage(sdp)});
  }
}

// --- from another instance
// ---------------------------------------------------------

void Tracker::FromInstance(Timestamp now, InstanceHandle instance,
                           absl::Span<const uint8_t> message) {
  FrameReader reader(message);
  while (const std::optional<Frame> frame = reader.Next()) {
    if (frame->tag == Introduction::kTag) {
      HandleIntroduction(now, instance, *frame);
    } else if (frame->tag == Sdp::kTag) {
      HandleForeignSdp(instance, *frame);
    }
  }
}

void Tracker::HandleIntroduction(Timestamp now, InstanceHandle instance,
                                 const Frame& frame) {
  const auto introduction = Introduction::Parse(now, frame.value);
  if (!introduction) return;
  Session* dest = registry_.Find(introduction->dest);
  if (dest == nullptr || !dest->conn) return;
  Member* member = dest->MemberOf(introduction->swarm);
  if (member == nullptr || !member->present()) return;
  const PeerRecord& peer = introduction->peer;
  Session* foreign = registry_.Foreign(now, peer.client, peer.secret, instance);
  if (foreign == nullptr) return;
  if (foreign->memberships.empty()) foreign->traits = peer.traits;
  Introduce(now, *dest, *foreign, member->swarm->serial());
  Match match = MatchFor(*member);
  match.candidates.push_back(
      {foreign->id, introduction->dest_offers ? Match::kYouOffer : uint8_t{0}});
  Send(*dest->conn, match, /*can_wait=*/!introduction->dest_offers);
}

void Tracker::HandleForeignSdp(InstanceHandle instance, const Frame& frame) {
  const std::optional<Sdp> sdp = Sdp::Parse(frame.value);
  if (!sdp) return;
  const Session* dest = registry_.Find(sdp->dest);
  Session* origin = registry_.Find(sdp->origin);
  Partner* partner = origin == nullptr ? nullptr : origin->PartnerWith(dest);
  if (dest != nullptr && dest->conn && partner != nullptr) {
    NoteCandidates(*partner, sdp->text);
    Send(*dest->conn, *sdp);
  } else if (sdp->kind == SdpKind::kOffer) {
    const Sdp decline{sdp->dest, sdp->origin, SdpKind::kDecline, ""};
    actions_.push_back(
        tracker_action::Forward{instance, SerializeMessage(decline)});
  }
}

// Who waits for the other side would do so until it gives up.
void Tracker::DeclineLost(const Frame& frame) {
  const std::optional<Sdp> sdp = Sdp::Parse(frame.value);
  if (!sdp) return;
  if (sdp->kind != SdpKind::kOffer && sdp->kind != SdpKind::kAnswer) return;
  const Session* sender = registry_.Find(sdp->origin);
  if (sender == nullptr || !sender->conn) return;
  Send(*sender->conn, Sdp{sdp->dest, sdp->origin, SdpKind::kDecline, ""});
}

void Tracker::InstanceGone(Timestamp now, InstanceHandle instance,
                           absl::Span<const uint8_t> lost) {
  FrameReader reader(lost);
  while (const std::optional<Frame> frame = reader.Next()) {
    if (frame->tag == Sdp::kTag) DeclineLost(*frame);
  }
  registry_.ForgetInstance(now, instance);
}

// --- what has been found of a swarm
// ------------------------------------------------

void Tracker::SwarmSampled(Timestamp now, const SwarmId& id,
                           const SwarmSample& sample) {
  if (sample.info && sample.info->ComputeRoot() == id)
    KeepFound(now, id, sample);
  if (Swarm* swarm = registry_.FindSwarm(id);
      swarm != nullptr && swarm->members > swarm->foreign.size()) {
    TakeSample(now, *swarm, sample);
    FeedHungry(now, *swarm);
  }
  AnswerWaiting(now, id);
}

void Tracker::KeepFound(Timestamp now, const SwarmId& id,
                        const SwarmSample& sample) {
  const Swarm* known = registry_.FindSwarm(id);
  if (known != nullptr && known->info != nullptr) return;
  const size_t bytes = StoredBytes(*sample.info);
  if (registry_.published_bytes() + bytes > options_.limits.published ||
      registry_.num_swarms() >= options_.limits.swarms) {
    return;
  }
  registry_.SetInfo(registry_.SwarmFor(now, id),
                    std::make_shared<const FileInfo>(*sample.info),
                    /*published=*/true);
}

void Tracker::TakeSample(Timestamp now, Swarm& swarm,
                         const SwarmSample& sample) {
  const std::vector<Member*> before = swarm.foreign;
  std::vector<const Member*> found;
  for (const auto& [instance, record] : sample.members) {
    Session* session =
        registry_.Foreign(now, record.client, record.secret, instance);
    if (session == nullptr) continue;
    found.push_back(&NoteForeign(now, *session, swarm, record));
  }
  std::sort(found.begin(), found.end());
  for (Member* member : before) {
    // One that has moved is another object now, or the same again.
    if (std::find(swarm.foreign.begin(), swarm.foreign.end(), member) ==
            swarm.foreign.end() ||
        std::binary_search(found.begin(), found.end(), member)) {
      continue;
    }
    registry_.Leave(now, *member);
  }
  const auto sampled = static_cast<uint32_t>(swarm.foreign.size());
  swarm.SetUnsampled(sample.peers > sampled ? sample.peers - sampled : 0);
  swarm.completed = std::max(swarm.completed, uint64_t{sample.completed});
}

Member& Tracker::NoteForeign(Timestamp now, Session& session, Swarm& swarm,
                             const PeerRecord& record) {
  if (!SamePlace(session.traits, record.traits)) {
    while (!session.memberships.empty()) {
      registry_.Leave(now, *session.memberships.back());
    }
  }
  session.traits = record.traits;
  Member& member = registry_.Enter(session, swarm);
  swarm.SetSeeder(member, record.share.seeder);
  member.traits.have = record.share.have;
  return member;
}

void Tracker::FeedHungry(Timestamp now, Swarm& swarm) {
  if (swarm.foreign.empty()) return;
  for (const ClientId client : std::exchange(swarm.hungry, {})) {
    const Session* session = registry_.Find(client);
    if (session == nullptr || !session->conn) continue;
    Member* member = session->MemberOf(swarm.id());
    if (member == nullptr || !member->present()) continue;
    const uint32_t partners = PresentPartners(*session, swarm);
    if (partners >= options_.match_size) continue;
    OfferPeers(now, *member, options_.match_size - partners);
  }
}

void Tracker::AnswerWaiting(Timestamp now, const SwarmId& id) {
  const auto waiting = waiting_.find(id);
  if (waiting == waiting_.end()) return;
  const auto joins = std::move(waiting->second);
  waiting_.erase(waiting);
  for (const auto& [handle, join] : joins) {
    Conn* conn = FindConn(handle);
    if (conn == nullptr) continue;
    --conn->waiting;
    JoinById(now, *conn, join, /*asked=*/true);
  }
}

bool Tracker::AskElsewhere(Conn& conn, const Join& join) {
  if (conn.waiting >= options_.limits.waiting_per_client ||
      waiting_.size() >= options_.limits.resources) {
    return false;
  }
  ++conn.waiting;
  auto& joins = waiting_[*join.id];
  joins.emplace_back(conn.handle, join);
  if (joins.size() == 1) {
    actions_.push_back(tracker_action::NeedSwarm{*join.id});
  }
  return true;
}

}  // namespace peer5
