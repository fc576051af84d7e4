#include "core/tracker/registry.h"

#include <algorithm>
#include <utility>

namespace peer5 {
namespace {

// What Partner has room for.
constexpr uint32_t kMaxSerial = (1u << 28) - 1;

}  // namespace

size_t StoredBytes(const FileInfo& info) {
  return sizeof(FileInfo) + info.block_hashes.size() * sizeof(Hash) +
         info.validator.etag.size() + info.validator.last_modified.size() +
         info.origin.size() + info.name.size() + info.type.size();
}

Registry::Registry(Duration away_grace, Duration swarm_grace,
                   Duration foreign_check)
    : swarm_grace_(swarm_grace),
      absences_(away_grace),
      empty_swarms_(swarm_grace),
      foreign_checks_(foreign_check) {}

Session* Registry::Find(ClientId id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second.get();
}

Swarm* Registry::FindSwarm(const SwarmId& id) const {
  const auto found = swarms_.find(id);
  return found == swarms_.end() ? nullptr : found->second.get();
}

std::vector<const Swarm*> Registry::LargestSwarms(size_t count) const {
  std::vector<const Swarm*> largest;
  largest.reserve(swarms_.size());
  for (const auto& [id, swarm] : swarms_) largest.push_back(swarm.get());
  const size_t kept = std::min(count, largest.size());
  std::partial_sort(largest.begin(),
                    largest.begin() + static_cast<ptrdiff_t>(kept),
                    largest.end(), [](const Swarm* a, const Swarm* b) {
                      return a->all_present() > b->all_present();
                    });
  largest.resize(kept);
  return largest;
}

std::vector<PlaceFigures> Registry::LargestPlaces(size_t count) const {
  absl::btree_map<Place, PlaceFigures> places;
  for (const auto& [id, session] : sessions_) {
    if (!session->conn) continue;
    const Place place = Place::Of(session->traits.address);
    PlaceFigures& figures = places[place];
    figures.place = place;
    ++figures.clients;
    for (const auto& member : session->memberships) {
      figures.http_bytes += member->last_http_bytes;
      figures.peer_bytes += member->last_peer_bytes;
    }
  }
  std::vector<PlaceFigures> largest;
  largest.reserve(places.size());
  for (const auto& [place, figures] : places) largest.push_back(figures);
  std::stable_sort(largest.begin(), largest.end(),
                   [](const PlaceFigures& a, const PlaceFigures& b) {
                     return a.clients > b.clients;
                   });
  largest.resize(std::min(count, largest.size()));
  return largest;
}

Session& Registry::Add(Timestamp now, ClientId id, uint64_t secret) {
  auto session = std::make_unique<Session>();
  session->id = id;
  session->secret = secret;
  session->traits.since = now;
  return *(sessions_[id] = std::move(session));
}

void Registry::Depart(Timestamp now, Session& session) {
  session.conn.reset();
  ++session.times_away;
  for (const auto& member : session.memberships) {
    member->swarm->Exit(*member);
  }
  absences_.Start(now, {session.id, session.times_away});
}

void Registry::Return(Timestamp now, Session& session) {
  for (const auto& member : session.memberships) {
    member->swarm->Exit(*member);
  }
  ++session.times_away;
  absences_.Start(now, {session.id, session.times_away});
}

void Registry::EndAbsence(Timestamp now, const Absence& absence) {
  Session* session = Find(absence.client);
  if (session == nullptr || session->times_away != absence.times_away) return;
  if (session->elsewhere) return;
  // Leave removes from the vector: go through it from behind.
  for (size_t i = session->memberships.size(); i > 0; --i) {
    Member& member = *session->memberships[i - 1];
    if (!member.present()) Leave(now, member);
  }
  if (session->conn) return;
  ForgetPartners(*session);
  sessions_.erase(absence.client);
}

// --- clients of other instances
// ---------------------------------------------------

Session* Registry::Foreign(Timestamp now, ClientId id, uint64_t secret,
                           InstanceHandle instance) {
  Session* session = Find(id);
  if (session == nullptr) session = &Add(now, id, secret);
  if (session->conn || session->secret != secret) return nullptr;
  if (!session->elsewhere) {
    LeaveAll(now, *session);
    ++session->times_away;
    ++num_foreign_;
    foreign_checks_.Start(now, id);
  }
  session->elsewhere = instance;
  return session;
}

void Registry::ComeHome(Timestamp now, Session& session) {
  LeaveAll(now, session);
  session.elsewhere.reset();
  --num_foreign_;
}

void Registry::LeaveAll(Timestamp now, Session& session) {
  while (!session.memberships.empty()) Leave(now, *session.memberships.back());
}

void Registry::CheckForeign(Timestamp now, ClientId id) {
  Session* session = Find(id);
  if (session == nullptr || !session->elsewhere) return;
  if (!session->memberships.empty() || !session->partners.empty()) {
    foreign_checks_.Start(now, id);
    return;
  }
  --num_foreign_;
  sessions_.erase(id);
}

void Registry::ForgetInstance(Timestamp now, InstanceHandle instance) {
  for (auto at = sessions_.begin(); at != sessions_.end();) {
    Session& session = *at->second;
    if (session.elsewhere != instance) {
      ++at;
      continue;
    }
    LeaveAll(now, session);
    ForgetPartners(session);
    --num_foreign_;
    at = sessions_.erase(at);
  }
}

// --- swarms
// ------------------------------------------------------------------------

Swarm& Registry::SwarmFor(Timestamp now, const SwarmId& id) {
  std::unique_ptr<Swarm>& swarm = swarms_[id];
  if (swarm == nullptr) {
    swarm = std::make_unique<Swarm>(id, next_serial_);
    next_serial_ = next_serial_ % kMaxSerial + 1;
    swarm->empty_since = now;
    empty_swarms_.Start(now, id);
  }
  return *swarm;
}

Member& Registry::Enter(Session& session, Swarm& swarm) {
  Member* member = session.MemberOf(swarm.id());
  if (member == nullptr) {
    auto added = std::make_unique<Member>();
    added->session = &session;
    added->swarm = &swarm;
    member = added.get();
    session.memberships.push_back(std::move(added));
    ++swarm.members;
    ++num_members_;
    if (session.elsewhere) {
      swarm.foreign.push_back(member);
      ++num_foreign_members_;
    }
  }
  swarm.Enter(*member);
  return *member;
}

void Registry::Leave(Timestamp now, Member& member) {
  Swarm& swarm = *member.swarm;
  auto& memberships = member.session->memberships;
  const bool foreign = member.session->elsewhere.has_value();
  if (foreign) {
    std::erase(swarm.foreign, &member);
    --num_foreign_members_;
  }
  swarm.Exit(member);
  --swarm.members;
  --num_members_;
  const auto at = std::find_if(
      memberships.begin(), memberships.end(),
      [&](const auto& candidate) { return candidate.get() == &member; });
  std::swap(*at, memberships.back());
  memberships.pop_back();
  if (swarm.members == 0) {
    DropIfUseless(now, swarm);
  } else if (!foreign && swarm.members == swarm.foreign.size()) {
    // Nobody here is interested in them any more.
    const std::vector<Member*> rest = swarm.foreign;
    for (Member* other : rest) Leave(now, *other);
  }
}

// Without FileInfo there is nothing that somebody who comes back would miss.
void Registry::DropIfUseless(Timestamp now, Swarm& swarm) {
  if (swarm.info == nullptr) {
    Erase(swarm);
    return;
  }
  swarm.empty_since = now;
  empty_swarms_.Start(now, swarm.id());
}

void Registry::EndSwarm(Timestamp now, const SwarmId& id) {
  Swarm* swarm = FindSwarm(id);
  if (swarm == nullptr || swarm->members > 0) return;
  if (now - swarm->empty_since >= swarm_grace_) Erase(*swarm);
}

void Registry::Erase(Swarm& swarm) {
  published_bytes_ -= swarm.published_bytes;
  const SwarmId id = swarm.id();
  swarms_.erase(id);
}

void Registry::SetInfo(Swarm& swarm, std::shared_ptr<const FileInfo> info,
                       bool published) {
  published_bytes_ -= swarm.published_bytes;
  swarm.published_bytes = published ? StoredBytes(*info) : 0;
  published_bytes_ += swarm.published_bytes;
  swarm.info = std::move(info);
}

Timestamp Registry::deadline() const {
  return std::min(
      {absences_.next(), empty_swarms_.next(), foreign_checks_.next()});
}

void Registry::Advance(Timestamp now) {
  while (const auto absence = absences_.TakeDue(now)) {
    EndAbsence(now, *absence);
  }
  while (const auto id = empty_swarms_.TakeDue(now)) EndSwarm(now, *id);
  while (const auto id = foreign_checks_.TakeDue(now)) CheckForeign(now, *id);
}

bool Registry::Consistent() const {
  uint64_t members = 0;
  size_t foreign = 0;
  uint64_t foreign_members = 0;
  for (const auto& [id, session] : sessions_) {
    members += session->memberships.size();
    if (session->elsewhere) {
      ++foreign;
      foreign_members += session->memberships.size();
    }
    for (const Partner& partner : session->partners) {
      if (partner.session->PartnerWith(session.get()) == nullptr) return false;
    }
  }
  uint64_t in_swarms = 0;
  size_t published = 0;
  for (const auto& [id, swarm] : swarms_) {
    if (!swarm->Consistent()) return false;
    in_swarms += swarm->members;
    foreign_members -= swarm->foreign.size();
    published += swarm->published_bytes;
  }
  return members == num_members_ && in_swarms == num_members_ &&
         foreign == num_foreign_ && foreign_members == 0 &&
         published == published_bytes_;
}

}  // namespace peer5
