#include "core/tracker/swarm_watch.h"

#include <algorithm>
#include <bit>
#include <iterator>
#include <optional>
#include <utility>

#include "core/tracker/session.h"

namespace peer5 {
namespace {

using State = SwarmView::EdgeState;
using Edges = absl::btree_map<std::pair<uint32_t, uint32_t>, SwarmView::Edge>;

// Both sides speak of one connection: what works wins, then what is news.
int Rank(State state) { return static_cast<int>(state); }

std::optional<State> StateOf(const Report::Connection& connection) {
  switch (connection.state) {
    case Report::kOpen:
      return State::kOpen;
    case Report::kConnecting:
      return State::kConnecting;
    case Report::kFailed:
      return State::kFailed;
    default:
      return std::nullopt;
  }
}

SwarmView::Edge& EdgeBetween(Edges& edges, uint32_t one, uint32_t other) {
  const auto [a, b] = std::minmax(one, other);
  const auto [edge, added] = edges.try_emplace({a, b});
  if (added) edge->second = {.a = a, .b = b};
  return edge->second;
}

void Improve(SwarmView::Edge& edge, State state) {
  if (Rank(state) < Rank(edge.state)) edge.state = state;
}

void Merge(Edges& edges, uint32_t from, uint32_t to, State state,
           const Report::Connection& connection) {
  SwarmView::Edge& edge = EdgeBetween(edges, from, to);
  Improve(edge, state);
  const bool forward = from == edge.a;
  uint32_t& sent = forward ? edge.a_to_b : edge.b_to_a;
  uint32_t& received = forward ? edge.b_to_a : edge.a_to_b;
  sent = std::max(sent, connection.bytes_to);
  received = std::max(received, connection.bytes_from);
  edge.rtt_ms = std::max(edge.rtt_ms, connection.rtt_ms);
}

uint32_t CountBlocks(const std::vector<uint8_t>& map) {
  uint32_t blocks = 0;
  for (const uint8_t byte : map) {
    blocks += static_cast<uint32_t>(std::popcount(byte));
  }
  return blocks;
}

double Obtainable(const std::vector<std::pair<bool, const Member*>>& members,
                  const Member& taker) {
  double most = 0;
  for (const auto& [silent, giver] : members) {
    if (giver == &taker) continue;
    most = std::max(most, AvailabilitySketch::Offers(giver->traits.have,
                                                     taker.traits.have));
  }
  return most;
}

}  // namespace

void SwarmWatch::Expire(Timestamp now) {
  for (auto at = watched_.begin(); at != watched_.end();) {
    at = at->second.until < now ? watched_.erase(at) : std::next(at);
  }
}

void SwarmWatch::Watch(Timestamp now, const SwarmId& id) {
  Expire(now);
  if (!watched_.contains(id) && watched_.size() >= kMaxSwarms) {
    watched_.erase(std::min_element(watched_.begin(), watched_.end(),
                                    [](const auto& a, const auto& b) {
                                      return a.second.until < b.second.until;
                                    }));
  }
  watched_[id].until = now + kEndsAfter;
}

void SwarmWatch::Note(Timestamp now, ClientId client, const Report& report) {
  if (watched_.empty()) return;
  Expire(now);
  const auto found = watched_.find(report.swarm);
  if (found == watched_.end()) return;
  Reports& reports = found->second.reports;
  if (!reports.contains(client) && reports.size() >= kMaxMembers) {
    // Whoever has been silent longest has probably left.
    reports.erase(std::min_element(reports.begin(), reports.end(),
                                   [](const auto& a, const auto& b) {
                                     return a.second.at < b.second.at;
                                   }));
  }
  reports[client] = {.at = now,
                     .down_rate = report.down_rate,
                     .up_rate = report.up_rate,
                     .blocks = CountBlocks(report.map),
                     .num_blocks = report.num_blocks,
                     .uploaded = report.uploaded,
                     .connections = report.connections};
}

// SplitMix64's mixing: nobody finds the id from half of the bits.
uint32_t SwarmWatch::KeyOf(ClientId client) const {
  uint64_t bits = client.value() ^ salt_;
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
  return static_cast<uint32_t>((bits ^ (bits >> 31)) >> 32);
}

SwarmView SwarmWatch::View(const Swarm& swarm) const {
  const auto found = watched_.find(swarm.id());
  static const Reports kNone;
  const Reports& reports =
      found == watched_.end() ? kNone : found->second.reports;

  // Those who have reported first, then by id, so that a large swarm's view
  // does not show others at each look.
  using Candidate = std::pair<bool, const Member*>;
  std::vector<Candidate> members;
  members.reserve(swarm.present());
  for (const MemberGroup* group : {&swarm.seeders(), &swarm.others()}) {
    for (const Member* member : group->members) {
      members.emplace_back(!reports.contains(member->session->id), member);
    }
  }
  const size_t shown = std::min(members.size(), kMaxMembers);
  std::partial_sort(members.begin(),
                    members.begin() + static_cast<ptrdiff_t>(shown),
                    members.end(), [](const Candidate& a, const Candidate& b) {
                      if (a.first != b.first) return a.first < b.first;
                      return a.second->session->id < b.second->session->id;
                    });
  members.resize(shown);

  SwarmView view;
  view.present = swarm.all_present();
  absl::btree_map<ClientId, uint32_t> position;
  for (const auto& [silent, member] : members) {
    const Session& session = *member->session;
    const ClientTraits& traits = session.traits;
    position[session.id] = static_cast<uint32_t>(view.members.size());
    SwarmView::Member& shown_member = view.members.emplace_back();
    shown_member = {.key = KeyOf(session.id),
                    .browser = traits.browser,
                    .place = Place::Of(traits.address),
                    .seeder = member->traits.seeder,
                    .uploads = traits.uploads,
                    .metered = traits.metered,
                    .elsewhere = session.elsewhere.has_value(),
                    .http_bytes = member->last_http_bytes,
                    .peer_bytes = member->last_peer_bytes,
                    .stored_bytes = member->last_stored_bytes,
                    .uploaded = member->last_uploaded};
    if (!member->traits.seeder) {
      shown_member.obtainable = Obtainable(members, *member);
    }
    if (silent) continue;
    const Seen& seen = reports.at(session.id);
    shown_member.reported = true;
    shown_member.down_rate = seen.down_rate;
    shown_member.up_rate = seen.up_rate;
    shown_member.blocks = seen.blocks;
    shown_member.num_blocks = seen.num_blocks;
    shown_member.uploaded = seen.uploaded;
  }

  Edges edges;
  for (uint32_t from = 0; from < members.size(); ++from) {
    const auto& [silent, member] = members[from];
    const Session& session = *member->session;
    // A failure is reported once, perhaps before the watch began.
    for (const Partner& partner : session.partners) {
      if (partner.swarm != swarm.serial() || !(silent || partner.failed)) {
        continue;
      }
      const auto to = position.find(partner.session->id);
      if (to == position.end()) continue;
      SwarmView::Edge& edge = EdgeBetween(edges, from, to->second);
      if (partner.failed) Improve(edge, State::kFailed);
    }
    if (silent) continue;
    for (const Report::Connection& connection :
         reports.at(session.id).connections) {
      const auto to = position.find(connection.peer);
      const auto state = StateOf(connection);
      if (!state || to == position.end() || to->second == from) continue;
      Merge(edges, from, to->second, *state, connection);
    }
  }
  view.edges.reserve(edges.size());
  for (const auto& [ends, edge] : edges) view.edges.push_back(edge);
  std::stable_sort(view.edges.begin(), view.edges.end(),
                   [](const SwarmView::Edge& a, const SwarmView::Edge& b) {
                     return Rank(a.state) < Rank(b.state);
                   });
  if (view.edges.size() > kMaxEdges) {
    view.edges_left_out = static_cast<uint32_t>(view.edges.size() - kMaxEdges);
    view.edges.resize(kMaxEdges);
  }
  return view;
}

}  // namespace peer5
