#include "core/tracker/matcher.h"

#include <algorithm>
#include <utility>

namespace peer5 {
namespace {

// How many are drawn from each group: enough to choose from, few enough that a
// join costs microseconds.
constexpr uint32_t kDrawSeeders = 12;
constexpr uint32_t kDrawOthers = 24;
constexpr uint32_t kDrawNear = 11;
// Ranked last among the eligible: all connections taken.
constexpr double kFullPenalty = 1000;

// In one ISP, or nearer.
bool AreNear(const ClientTraits& a, const ClientTraits& b) {
  return Between(a.address, b.address) >= Locality::kIsp;
}

Party PartyOf(const Member& member) {
  return {member.session->traits, member.traits};
}

}  // namespace

void Matcher::SpareRecent(Timestamp now, const Member& receiver) {
  for (const Partner& partner : receiver.session->partners) {
    if (partner.swarm != receiver.swarm->serial()) continue;
    if (now - partner.at < options_.retry_pair) {
      partner.session->spared = samplings_;
    }
  }
}

const Matcher::Chance& Matcher::ChanceOf(const Member& receiver,
                                         const Member& candidate) {
  const Browser own = receiver.session->traits.browser;
  const Browser other = candidate.session->traits.browser;
  for (const Chance& chance : chances_) {
    if (chance.browser == other) return chance;
  }
  chances_.push_back({other, history_.NeverConnect(own.vendor, other.vendor),
                      history_.SuccessRate(own, other)});
  return chances_.back();
}

bool Matcher::Eligible(const Member& receiver, const Member& candidate) {
  return candidate.session != receiver.session &&
         candidate.session->spared != samplings_ &&
         CanHelp(PartyOf(receiver), PartyOf(candidate)) &&
         !ChanceOf(receiver, candidate).none;
}

// Uniform draws first: Pick takes its random part from the front.
std::vector<Member*> Matcher::DrawCandidates(Timestamp now, Member& receiver,
                                             Rng& rng) {
  Swarm& swarm = *receiver.swarm;
  std::vector<Member*> drawn;
  drawn.reserve(kDrawOthers + kDrawSeeders + 4 * kDrawNear);
  ++samplings_;
  chances_.clear();
  SpareRecent(now, receiver);
  swarm.DrawOthers(kDrawOthers, samplings_, rng, drawn);
  swarm.DrawSeeders(kDrawSeeders, samplings_, rng, drawn);
  const auto uniform = static_cast<uint32_t>(drawn.size());
  for (uint32_t i = uniform; i > 1; --i) {
    std::swap(drawn[i - 1], drawn[rng.Below(i)]);
  }
  for (int i = kNumLocalities - 1; i > 0 && PrefersNear(); --i) {
    swarm.DrawNear(receiver, static_cast<Locality>(i), kDrawNear, samplings_,
                   rng, drawn);
  }
  std::erase_if(drawn, [&](const Member* candidate) {
    return !Eligible(receiver, *candidate);
  });
  return drawn;
}

std::vector<Matcher::Candidate> Matcher::Rank(
    Timestamp now, const Member& receiver,
    const std::vector<Member*>& members) {
  std::vector<Candidate> ranked;
  ranked.reserve(members.size());
  for (Member* member : members) {
    double score = Score(now, PartyOf(receiver), PartyOf(*member),
                         options_.weights, options_.capacity) *
                   ChanceOf(receiver, *member).rate;
    if (Full(*member)) {
      score -= kFullPenalty + member->session->traits.connections;
    }
    ranked.push_back({member, score});
  }
  std::sort(ranked.begin(), ranked.end(),
            [](const Candidate& a, const Candidate& b) {
              if (a.score != b.score) return a.score > b.score;
              return a.member->session->id < b.member->session->id;
            });
  return ranked;
}

// Counts one that is far, unless there are too many of those.
bool Matcher::MayMeet(const Member& receiver, const Member& candidate,
                      uint32_t& far_left) {
  if (far_left == UINT32_MAX ||
      AreNear(receiver.session->traits, candidate.session->traits)) {
    return true;
  }
  if (far_left == 0) return false;
  --far_left;
  return true;
}

uint32_t Matcher::FarLeft(const Member& receiver) const {
  const MemberGroup* isp = receiver.group[static_cast<int>(Locality::kIsp)];
  if (!PrefersNear() || isp == nullptr ||
      isp->members.size() <= options_.enough_near) {
    return UINT32_MAX;
  }
  const Session& own = *receiver.session;
  const auto far = static_cast<uint32_t>(std::count_if(
      own.partners.begin(), own.partners.end(), [&](const Partner& partner) {
        return partner.swarm == receiver.swarm->serial() &&
               partner.session->reachable() &&
               !AreNear(own.traits, partner.session->traits);
      }));
  return options_.far_links - std::min(far, options_.far_links);
}

void Matcher::TakeBest(const Member& receiver, std::vector<Candidate> ranked,
                       uint32_t want, uint32_t far_left,
                       std::vector<Member*>& chosen) const {
  const auto max_seeders =
      receiver.traits.seeder
          ? want
          : std::max(1u, static_cast<uint32_t>(options_.seeder_part * want));
  auto seeders = static_cast<uint32_t>(
      std::count_if(chosen.begin(), chosen.end(),
                    [](const Member* m) { return m->traits.seeder; }));
  std::vector<Member*> left_over;
  for (const Candidate& candidate : ranked) {
    if (chosen.size() >= want) return;
    // Somebody full is better than nobody.
    if (Full(*candidate.member) && chosen.size() >= (want + 2) / 3) continue;
    if (candidate.member->traits.seeder && seeders >= max_seeders) {
      left_over.push_back(candidate.member);
      continue;
    }
    if (!MayMeet(receiver, *candidate.member, far_left)) continue;
    seeders += candidate.member->traits.seeder ? 1 : 0;
    chosen.push_back(candidate.member);
  }
  for (Member* seeder : left_over) {
    if (chosen.size() >= want) return;
    if (!MayMeet(receiver, *seeder, far_left)) continue;
    chosen.push_back(seeder);
  }
}

std::vector<Member*> Matcher::Pick(Timestamp now, Member& receiver,
                                   uint32_t want, Rng& rng) {
  std::vector<Member*> candidates = DrawCandidates(now, receiver, rng);
  std::vector<Member*> chosen;
  if (want == 0 || candidates.empty()) return chosen;
  uint32_t far_left = FarLeft(receiver);
  if (candidates.size() > want) {
    const uint32_t random = std::min(
        want, std::max(1u, static_cast<uint32_t>(options_.random_part * want)));
    for (Member*& candidate : candidates) {
      if (chosen.size() >= random) break;
      if (Full(*candidate)) continue;
      if (!MayMeet(receiver, *candidate, far_left)) continue;
      chosen.push_back(std::exchange(candidate, nullptr));
    }
    std::erase(candidates, nullptr);
  }
  TakeBest(receiver, Rank(now, receiver, candidates), want, far_left, chosen);
  return chosen;
}

bool Matcher::AnyCompatible(const Swarm& swarm, uint8_t newcomer) const {
  for (const auto& [vendor, count] : swarm.vendors()) {
    if (!history_.NeverConnect(newcomer, vendor)) return true;
  }
  return false;
}

}  // namespace peer5
