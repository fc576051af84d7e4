#include "core/tracker/session.h"

#include <algorithm>

namespace peer5 {
namespace {

constexpr size_t kPartnersGrowBy = 4;

void Erase(Session& session, const Session& other) {
  Partner* partner = session.PartnerWith(&other);
  if (partner == nullptr) return;
  *partner = session.partners.back();
  session.partners.pop_back();
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
        Erase(*partner.session, session);
        return true;
      });
  uint32_t& connections = session.traits.connections;
  connections -= std::min(connections, static_cast<uint32_t>(erased));
}

void Insert(Session& session, const Partner& partner) {
  if (Partner* known = session.PartnerWith(partner.session)) {
    *known = partner;
    return;
  }
  // Doubling would leave a quarter of them empty.
  if (session.partners.size() == session.partners.capacity()) {
    session.partners.reserve(session.partners.size() + kPartnersGrowBy);
  }
  session.partners.push_back(partner);
  ++session.traits.connections;
}

}  // namespace

Member* Session::MemberOf(const SwarmId& swarm) const {
  for (const auto& member : memberships) {
    if (member->swarm->id() == swarm) return member.get();
  }
  return nullptr;
}

Partner* Session::PartnerWith(const Session* other) {
  const auto at = std::find_if(
      partners.begin(), partners.end(),
      [&](const Partner& partner) { return partner.session == other; });
  return at == partners.end() ? nullptr : &*at;
}

const Partner* Session::PartnerWith(const Session* other) const {
  return const_cast<Session*>(this)->PartnerWith(other);
}

void NoteCandidates(Partner& partner, std::string_view text) {
  const uint32_t told = static_cast<uint32_t>(FarthestIn(text));
  if (told > partner.told) partner.told = told & 3;
}

CandidateType ToldBy(const Session& one, const Session& other) {
  const Partner* partner = one.PartnerWith(&other);
  return partner == nullptr ? CandidateType::kNone
                            : static_cast<CandidateType>(partner->told);
}

void Introduce(Timestamp now, Session& a, Session& b, uint32_t swarm) {
  Insert(a, {.session = &b, .swarm = swarm, .at = now});
  Insert(b, {.session = &a, .swarm = swarm, .at = now});
  // Only now that both sides have it: whoever is forgotten, is by both.
  for (Session* session : {&a, &b}) {
    if (session->partners.size() > kMaxPartners) {
      EraseOldest(*session, kMaxPartners / 4);
    }
  }
}

void ForgetPartners(Session& session) {
  for (const Partner& partner : session.partners) {
    Erase(*partner.session, session);
  }
  session.partners.clear();
}

}  // namespace peer5
