#include "core/tracker/swarm.h"

#include <algorithm>

#include "core/tracker/session.h"

namespace peer5 {
namespace {

int Slot(Locality kind) { return static_cast<int>(kind); }

void Place(MemberGroup& group, uint32_t at, Member* member) {
  group.members[at] = member;
  member->position[Slot(group.key.kind)] = at;
}

// The first steps of a shuffle: in a group order means nothing, so the drawn
// may as well move to its front.
void Draw(MemberGroup& group, uint32_t count, uint32_t sampling, Rng& rng,
          std::vector<Member*>& drawn) {
  const auto size = static_cast<uint32_t>(group.members.size());
  for (uint32_t i = 0; i < std::min(count, size); ++i) {
    const uint32_t from = i + rng.Below(size - i);
    Member* member = group.members[from];
    Place(group, from, group.members[i]);
    Place(group, i, member);
    if (member->drawn == sampling) continue;
    member->drawn = sampling;
    drawn.push_back(member);
  }
}

}  // namespace

void Swarm::Insert(MemberGroup& group, Locality kind, Member& member) {
  member.group[Slot(kind)] = &group;
  member.position[Slot(kind)] = static_cast<uint32_t>(group.members.size());
  group.members.push_back(&member);
}

void Swarm::Remove(Locality kind, Member& member) {
  MemberGroup* group = member.group[Slot(kind)];
  if (group == nullptr) return;
  const uint32_t gap = member.position[Slot(kind)];
  Member* last = group->members.back();
  group->members[gap] = last;
  last->position[Slot(kind)] = gap;
  group->members.pop_back();
  member.group[Slot(kind)] = nullptr;
  if (kind != Locality::kAnywhere && group->members.empty()) {
    near_.erase(group->key);
  }
}

MemberGroup& Swarm::GroupFor(const LocalityKey& key) {
  std::unique_ptr<MemberGroup>& group = near_[key];
  if (group == nullptr) {
    group = std::make_unique<MemberGroup>();
    group->key = key;
  }
  return *group;
}

void Swarm::Enter(Member& member) {
  if (member.present()) return;
  const ClientTraits& client = member.session->traits;
  Insert(member.traits.seeder ? seeders_ : others_, Locality::kAnywhere,
         member);
  for (int i = 1; i < kNumLocalities; ++i) {
    const auto kind = static_cast<Locality>(i);
    if (!HasKey(client.address, kind)) continue;
    Insert(GroupFor(KeyOf(client.address, kind)), kind, member);
  }
  ++vendors_[client.browser.vendor];
}

void Swarm::Exit(Member& member) {
  if (!member.present()) return;
  for (int i = 0; i < kNumLocalities; ++i) {
    Remove(static_cast<Locality>(i), member);
  }
  const auto vendor = vendors_.find(member.session->traits.browser.vendor);
  if (--vendor->second == 0) vendors_.erase(vendor);
}

void Swarm::SetSeeder(Member& member, bool seeder) {
  if (member.traits.seeder == seeder) return;
  member.traits.seeder = seeder;
  if (!member.present()) return;
  Remove(Locality::kAnywhere, member);
  Insert(seeder ? seeders_ : others_, Locality::kAnywhere, member);
}

uint32_t Swarm::PresentOf(uint8_t vendor) const {
  const auto found = vendors_.find(vendor);
  return found == vendors_.end() ? 0 : found->second;
}

uint32_t Swarm::all_seeders() const {
  const auto seeders =
      std::count_if(foreign.begin(), foreign.end(),
                    [](const Member* m) { return m->traits.seeder; });
  const uint64_t guess = foreign.empty() ? 0
                                         : uint64_t{unsampled_} *
                                               static_cast<uint64_t>(seeders) /
                                               foreign.size();
  return num_seeders() + static_cast<uint32_t>(guess);
}

void Swarm::DrawSeeders(uint32_t count, uint32_t sampling, Rng& rng,
                        std::vector<Member*>& drawn) {
  Draw(seeders_, count, sampling, rng, drawn);
}

void Swarm::DrawOthers(uint32_t count, uint32_t sampling, Rng& rng,
                       std::vector<Member*>& drawn) {
  Draw(others_, count, sampling, rng, drawn);
}

void Swarm::DrawNear(const Member& member, Locality kind, uint32_t count,
                     uint32_t sampling, Rng& rng, std::vector<Member*>& drawn) {
  const ClientAddress& address = member.session->traits.address;
  if (!HasKey(address, kind)) return;
  const auto group = near_.find(KeyOf(address, kind));
  if (group != near_.end()) Draw(*group->second, count, sampling, rng, drawn);
}

bool Swarm::Consistent() const {
  uint32_t near = 0;
  const auto check = [](const MemberGroup& group, Locality kind) {
    for (uint32_t i = 0; i < group.members.size(); ++i) {
      const Member& member = *group.members[i];
      if (member.group[Slot(kind)] != &group) return false;
      if (member.position[Slot(kind)] != i) return false;
    }
    return true;
  };
  for (const auto& [key, group] : near_) {
    if (group->members.empty() || !check(*group, key.kind)) return false;
    if (key.kind == Locality::kNetwork) {
      near += static_cast<uint32_t>(group->members.size());
    }
  }
  uint32_t by_vendor = 0;
  for (const auto& [vendor, count] : vendors_) by_vendor += count;
  return check(seeders_, Locality::kAnywhere) &&
         check(others_, Locality::kAnywhere) && near <= present() &&
         by_vendor == present() && present() <= members;
}

}  // namespace peer5
