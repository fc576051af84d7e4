#include "core/tracker/session.h"

#include <algorithm>

namespace peer5 {
namespace {

using Partners = std::vector<Partner>;

Partners::iterator Find(Partners& partners, ClientId id) {
  return std::lower_bound(
      partners.begin(), partners.end(), id,
      [](const Partner& p, ClientId id) { return p.id < id; });
}

void Erase(Session& session, ClientId other) {
  const auto at = Find(session.partners, other);
  if (at == session.partners.end() || at->id != other) return;
  session.partners.erase(at);
  if (session.traits.connections > 0) --session.traits.connections;
}

// At least so many, at once: one by one, each would cost a look at all of
// them.
void EraseOldest(Session& session, size_t count) {
  std::vector<Timestamp> ages;
  ages.reserve(session.partners.size());
  for (const Partner& partner : session.partners) ages.push_back(partner.at);
  const auto limit = ages.begin() + static_cast<ptrdiff_t>(count) - 1;
  std::nth_element(ages.begin(), limit, ages.end());
  const auto erased =
      std::erase_if(session.partners, [&](const Partner& partner) {
        if (partner.at > *limit) return false;
        Erase(*partner.session, session.id);
        return true;
      });
  uint32_t& connections = session.traits.connections;
  connections -= std::min(connections, static_cast<uint32_t>(erased));
}

void Insert(Session& session, const Partner& partner) {
  const auto at = Find(session.partners, partner.id);
  if (at != session.partners.end() && at->id == partner.id) {
    *at = partner;
    return;
  }
  session.partners.insert(at, partner);
  ++session.traits.connections;
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
  return at != partners.end() && at->id == other ? &*at : nullptr;
}

const Partner* Session::PartnerWith(ClientId other) const {
  return const_cast<Session*>(this)->PartnerWith(other);
}

void Introduce(Timestamp now, Session& a, Session& b, uint64_t swarm) {
  Insert(a, {b.id, &b, swarm, now});
  Insert(b, {a.id, &a, swarm, now});
  // Only now that both sides have it: whoever is forgotten, is by both.
  for (Session* session : {&a, &b}) {
    if (session->partners.size() > kMaxPartners) {
      EraseOldest(*session, kMaxPartners / 4);
    }
  }
}

void ForgetPartners(Session& session) {
  for (const Partner& partner : session.partners) {
    Erase(*partner.session, session.id);
  }
  session.partners.clear();
}

}  // namespace peer5
