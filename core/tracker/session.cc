#include "core/tracker/session.h"

#include <algorithm>

namespace peer5 {
namespace {

using Partners = std::vector<Partner>;

Partners::iterator Find(Partners& partners, ClientId id) {
  return std::lower_bound(
      partners.begin(), partners.end(), id,
      [](const Partner& p, ClientId id) { return p.session->id < id; });
}

void Erase(Session& session, ClientId other) {
  const auto at = Find(session.partners, other);
  if (at == session.partners.end() || at->session->id != other) return;
  session.partners.erase(at);
  if (session.traits.connections > 0) --session.traits.connections;
}

void EraseOldest(Session& session) {
  const auto oldest = std::min_element(
      session.partners.begin(), session.partners.end(),
      [](const Partner& a, const Partner& b) { return a.at < b.at; });
  Session* other = oldest->session;
  session.partners.erase(oldest);
  Erase(*other, session.id);
}

void Insert(Session& session, const Partner& partner) {
  const auto at = Find(session.partners, partner.session->id);
  if (at != session.partners.end() && at->session == partner.session) {
    *at = partner;
    return;
  }
  session.partners.insert(at, partner);
  ++session.traits.connections;
  if (session.partners.size() > kMaxPartners) EraseOldest(session);
}

}  // namespace

Member* Session::MemberOf(const SwarmId& swarm) const {
  for (const auto& member : memberships) {
    if (member->swarm->id() == swarm) return member.get();
  }
  return nullptr;
}

Partner* Session::PartnerWith(ClientId other) {
  const auto at = Find(partners, other);
  return at != partners.end() && at->session->id == other ? &*at : nullptr;
}

const Partner* Session::PartnerWith(ClientId other) const {
  return const_cast<Session*>(this)->PartnerWith(other);
}

void Introduce(Timestamp now, Session& a, Session& b, uint64_t swarm) {
  Insert(a, {&b, swarm, now});
  Insert(b, {&a, swarm, now});
}

void ForgetPartners(Session& session) {
  for (const Partner& partner : session.partners) {
    Erase(*partner.session, session.id);
  }
  session.partners.clear();
}

}  // namespace peer5
