// Between clients: introductions, the way for their session descriptions, and
// what they report.

#include <algorithm>
#include <utility>

#include "core/tracker/tracker.h"
#include "core/tracker/who_offers.h"
#include "core/wire/completed_download.h"
#include "core/wire/match.h"
#include "core/wire/swarm_health.h"
#include "core/wire/want_peers.h"

namespace peer5 {
namespace {

Match::Candidate CandidateFor(const Session& other, bool receiver_offers) {
  Match::Candidate candidate;
  candidate.peer = other.id;
  candidate.flags = receiver_offers ? Match::kYouOffer : 0;
  return candidate;
}

// Whether the newcomer offers. Its instance and that of a foreign client may
// introduce the two at the same time, so between those no one is the newcomer.
bool OffersTo(const Session& newcomer, const Session& known) {
  const Browser own = newcomer.traits.browser;
  const Browser other = known.traits.browser;
  const bool offers = WhoOffers(own, other) == Offerer::kNewcomer;
  const bool either = offers && WhoOffers(other, own) == Offerer::kNewcomer;
  return either && known.elsewhere ? newcomer.id < known.id : offers;
}

}  // namespace

// What `member` is told of its swarm, itself not counted.
Match Tracker::MatchFor(const Member& member) {
  const Swarm& swarm = *member.swarm;
  const bool seeds = member.present() && member.traits.seeder;
  Match match;
  match.swarm = swarm.id();
  match.swarm_peers = swarm.all_present() - (member.present() ? 1 : 0);
  match.swarm_seeders = swarm.all_seeders() - (seeds ? 1 : 0);
  return match;
}

uint32_t Tracker::PresentPartners(const Session& session,
                                  const Swarm& swarm) const {
  return static_cast<uint32_t>(std::count_if(
      session.partners.begin(), session.partners.end(),
      [&](const Partner& partner) {
        return partner.swarm == swarm.serial() && partner.session->reachable();
      }));
}

void Tracker::OfferPeers(Timestamp now, Member& member, uint32_t want) {
  Session& newcomer = *member.session;
  Match to_newcomer;
  for (Member* other : matcher_.Pick(now, member, want, rng_)) {
    Session& known = *other->session;
    const bool offers = OffersTo(newcomer, known);
    to_newcomer.candidates.push_back(CandidateFor(known, offers));
    Introduce(now, newcomer, known, member.swarm->serial());
    ++totals_.matches;
    if (known.elsewhere) {
      IntroduceAbroad(now, member, known, !offers);
      continue;
    }
    Match to_known = MatchFor(*other);
    to_known.candidates.push_back(CandidateFor(newcomer, !offers));
    // Whoever waits for an offer may hear of it together with the offer.
    Send(*known.conn, to_known, /*can_wait=*/offers);
  }
  Match head = MatchFor(member);
  head.candidates = std::move(to_newcomer.candidates);
  Send(*newcomer.conn, head);
}

Tracker::Verdict Tracker::HandleWantPeers(Timestamp now, Conn& conn,
                                          const Frame& frame) {
  const std::optional<WantPeers> want = WantPeers::Parse(frame.value);
  if (!want) return CloseReason::kMalformed;
  if (!conn.asks.Take(now, options_.limits.asks, 1)) {
    ++totals_.refused;
    return Overstep(now, conn);
  }
  Member* member = conn.session->MemberOf(want->swarm);
  if (member == nullptr || !member->present()) return kFine;
  OfferPeers(now, *member,
             std::min<uint32_t>(want->count, options_.max_wanted));
  return kFine;
}

// --- session descriptions and candidates
// ------------------------------------------

Tracker::Verdict Tracker::HandleSdp(Timestamp, Conn& conn, const Frame& frame) {
  std::optional<Sdp> sdp = Sdp::Parse(frame.value);
  if (!sdp || sdp->text.size() > options_.limits.sdp_length) {
    return CloseReason::kMalformed;
  }
  Session& sender = *conn.session;
  if (sdp->origin != sender.id) return CloseReason::kMalformed;
  Partner* partner = sender.PartnerWith(registry_.Find(sdp->dest));
  if (partner != nullptr && partner->session->reachable()) {
    ++totals_.relayed;
    NoteCandidates(*partner, sdp->text);
    SendSdp(*partner->session, *sdp);
    return kFine;
  }
  ++totals_.refused;
  // Whoever offers would otherwise wait for an answer until it gives up.
  if (sdp->kind == SdpKind::kOffer) {
    Send(conn.handle, Sdp{sdp->dest, sender.id, SdpKind::kDecline, ""});
  }
  return kFine;
}

// --- reports
// -----------------------------------------------------------------------

Tracker::Verdict Tracker::HandleReport(Timestamp now, Conn& conn,
                                       const Frame& frame) {
  const std::optional<Report> report = Report::Parse(frame.value);
  if (!report) return CloseReason::kMalformed;
  Session& session = *conn.session;
  Member* member = session.MemberOf(report->swarm);
  if (member == nullptr) return kFine;
  NoteTransfer(session, *member, *report);
  NoteConnections(session, *member, *report);
  watch_.Note(now, session.id, *report);
  if (const auto map =
          AvailabilityMap::FromBytes(report->num_blocks, report->map)) {
    member->traits.have = AvailabilitySketch::Of(*map);
    member->swarm->SetSeeder(*member, map->size() > 0 && map->all());
  }
  Announce(now, *member);
  if (conn.ice_version != ice_version_) SendWelcome(conn);
  const Swarm& swarm = *member->swarm;
  SwarmHealth health;
  health.swarm = swarm.id();
  health.seeders = swarm.all_seeders();
  health.peers = swarm.all_present();
  health.completed = static_cast<uint32_t>(swarm.completed);
  Send(conn.handle, health);
  return kFine;
}

void Tracker::NoteTransfer(Session& session, Member& member,
                           const Report& report) {
  ClientTraits& traits = session.traits;
  traits.reported = true;
  // The best it has shown, fading slowly: what it sends now depends on what
  // is asked of it.
  traits.up_rate =
      std::max(static_cast<double>(report.up_rate), traits.up_rate * 0.95);
  traits.load = report.load;
  // Counters never fall; of one that does (a new page under an old id) only
  // what is above the last counts.
  const auto grown = [](uint64_t now, uint64_t& last) {
    const uint64_t by = now > last ? now - last : 0;
    last = now;
    return by;
  };
  traits.uploaded += grown(report.uploaded, member.last_uploaded);
  const uint64_t from_peers = grown(report.peer_bytes, member.last_peer_bytes);
  traits.downloaded += from_peers;
  totals_.peer_bytes += from_peers;
  const uint64_t http = grown(report.http_bytes, member.last_http_bytes);
  totals_.http_bytes += http;
  member.swarm->http_bytes += http;
  member.swarm->peer_bytes += from_peers;
  totals_.stored_bytes += grown(report.stored_bytes, member.last_stored_bytes);
}

void Tracker::NoteConnections(Session& session, Member& member,
                              const Report& report) {
  Duration delay;
  double loss = 0;
  uint32_t open = 0;
  for (const Report::Connection& connection : report.connections) {
    const bool is_open = connection.state == Report::kOpen;
    if (is_open) {
      ++open;
      delay = delay + Duration::Millis(connection.rtt_ms);
      loss += connection.loss_permille / 1000.0;
    }
    const bool failed = connection.state == Report::kFailed;
    // Only of clients that it was introduced to, and once each: nobody can
    // make two browsers look incompatible by saying so often.
    Partner* partner = session.PartnerWith(registry_.Find(connection.peer));
    if (partner == nullptr || partner->judged || !(is_open || failed)) continue;
    partner->judged = true;
    partner->failed = failed;
    const Session& other = *partner->session;
    history_.Observe(session.traits.browser, other.traits.browser, is_open);
    connects_.Observe(
        {ToldBy(session, other), Place::Of(session.traits.address)},
        {ToldBy(other, session), Place::Of(other.traits.address)}, is_open);
  }
  if (open > 0) {
    session.traits.delay = delay / open;
    session.traits.loss = loss / open;
  }
  // One connection serves all swarms that two clients share, so the swarm
  // with most of them is the nearest guess at how many there are.
  member.open_connections = open;
  session.traits.connections = 0;
  for (const auto& other : session.memberships) {
    session.traits.connections =
        std::max(session.traits.connections, other->open_connections);
  }
}

Tracker::Verdict Tracker::HandleCompleted(Timestamp now, Conn& conn,
                                          const Frame& frame) {
  const auto completed = CompletedDownload::Parse(frame.value);
  if (!completed) return CloseReason::kMalformed;
  Member* member = conn.session->MemberOf(completed->swarm);
  if (member == nullptr) return kFine;
  member->swarm->SetSeeder(*member, true);
  member->traits.have = AvailabilitySketch::Everything();
  if (!std::exchange(member->completed, true)) {
    ++member->swarm->completed;
    ++totals_.completed;
    if (options_.shared) {
      actions_.push_back(tracker_action::CountCompleted{completed->swarm});
    }
  }
  Announce(now, *member);
  return kFine;
}

}  // namespace peer5
