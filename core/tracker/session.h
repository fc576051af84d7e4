#ifndef PEER5_CORE_TRACKER_SESSION_H_
#define PEER5_CORE_TRACKER_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/tracker/connect_figures.h"
#include "core/tracker/handles.h"
#include "core/tracker/swarm.h"
#include "core/tracker/traits.h"

namespace peer5 {

struct Session;

// How many introductions of one client are remembered; with one more, the
// oldest quarter is forgotten. Only between clients that remember each other
// are session descriptions relayed; a client keeps far fewer connections than
// this.
inline constexpr size_t kMaxPartners = 128;

// An introduction, seen from one side; the other side has its mirror image.
// Small, because most of what is kept of a client are these, and because they
// are looked through.
struct Partner {
  Session* session;
  uint32_t swarm : 28;      // serial of the one they were last introduced for
  uint32_t judged : 1 = 0;  // this side has said whether they connected
  uint32_t failed : 1 = 0;  // and that they have not
  uint32_t told : 2 = 0;    // the farthest CandidateType this side has sent
  Timestamp at;
};

// What the tracker knows of one client, from its first hello until it has been
// without a socket for the grace period; or of a foreign one, which has its
// socket at another instance, as long as somebody here has to do with it.
struct Session {
  ClientId id;
  uint64_t secret = 0;
  std::optional<ConnHandle> conn;           // none while it is away
  std::optional<InstanceHandle> elsewhere;  // where a foreign client is
  uint32_t times_away = 0;                  // tells one absence from the next
  ClientTraits traits;
  size_t published_bytes = 0;  // of FileInfo it has published
  std::vector<std::unique_ptr<Member>> memberships;
  // In no order: so few are looked through faster than they are kept sorted.
  std::vector<Partner> partners;
  // The last sampling that may not draw it (see Matcher).
  uint32_t spared = 0;

  bool reachable() const { return conn || elsewhere; }
  Member* MemberOf(const SwarmId& swarm) const;
  // Null for null, too: whoever isn't known is nobody's partner.
  const Partner* PartnerWith(const Session* other) const;
  Partner* PartnerWith(const Session* other);
};

// Notes the candidates in a session description on its way to a partner.
void NoteCandidates(Partner& partner, std::string_view text);
// The farthest candidate that the one has told the other.
CandidateType ToldBy(const Session& one, const Session& other);
// Makes two clients partners, or renews it. One that has too many partners
// forgets old ones.
void Introduce(Timestamp now, Session& a, Session& b, uint32_t swarm);
// Forgets every introduction of this client, on both sides.
void ForgetPartners(Session& session);

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_SESSION_H_
