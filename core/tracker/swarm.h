#ifndef PEER5_CORE_TRACKER_SWARM_H_
#define PEER5_CORE_TRACKER_SWARM_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/btree_map.h"
#include "core/content/file_info.h"
#include "core/content/ids.h"
#include "core/content/rng.h"
#include "core/content/time.h"
#include "core/tracker/address.h"
#include "core/tracker/traits.h"

namespace peer5 {

class Swarm;
struct Session;
struct Member;

// Members in no particular order: added at the end, removed by moving the last
// into the gap, so that both are O(1) and a random member is one index away.
struct MemberGroup {
  LocalityKey key;
  std::vector<Member*> members;
};

// One client's part in one swarm.
//
//             socket lost                 grace over, or Leave
//   present <-------------> away ------------------------------> gone
//             comes back
//
// Only a present member is in the swarm's groups, and so can be matched.
struct Member {
  Session* session = nullptr;
  Swarm* swarm = nullptr;
  SharingTraits traits;
  bool completed = false;         // counted in the swarm's completed downloads
  uint32_t open_connections = 0;  // as last reported
  // The counters of its last report.
  uint64_t last_uploaded = 0;
  uint64_t last_peer_bytes = 0;
  uint64_t last_http_bytes = 0;
  uint64_t last_stored_bytes = 0;

  // Where it stands in its groups, by kind of locality; of kind kAnywhere it
  // is in the swarm's seeders or others.
  std::array<MemberGroup*, kNumLocalities> group{};
  std::array<uint32_t, kNumLocalities> position{};
  // The last sampling that has drawn it (so that none draws it twice).
  uint32_t drawn = 0;

  bool present() const { return group[0] != nullptr; }
};

// Who is in one swarm, in groups from which a few can be drawn at random
// without looking at all of them.
class Swarm {
 public:
  // `serial` tells swarms apart that had the same id at different times: 28
  // bits, of which the least are reused when all have been.
  Swarm(const SwarmId& id, uint32_t serial) : id_(id), serial_(serial) {}

  const SwarmId& id() const { return id_; }
  uint32_t serial() const { return serial_; }

  void Enter(Member& member);
  void Exit(Member& member);
  // Moves a present member to the seeders or back; else only notes it.
  void SetSeeder(Member& member, bool seeder);

  uint32_t present() const { return num_seeders() + num_others(); }
  uint32_t num_seeders() const {
    return static_cast<uint32_t>(seeders_.members.size());
  }
  uint32_t num_others() const {
    return static_cast<uint32_t>(others_.members.size());
  }
  // All that are present.
  const MemberGroup& seeders() const { return seeders_; }
  const MemberGroup& others() const { return others_; }
  // How many present members use browsers of this vendor.
  uint32_t PresentOf(uint8_t vendor) const;
  const absl::btree_map<uint8_t, uint32_t>& vendors() const { return vendors_; }

  // Adds up to `count` members of a group, drawn at random, that this sampling
  // (a number not used before) has not drawn yet.
  void DrawSeeders(uint32_t count, uint32_t sampling, Rng& rng,
                   std::vector<Member*>& drawn);
  void DrawOthers(uint32_t count, uint32_t sampling, Rng& rng,
                  std::vector<Member*>& drawn);
  void DrawNear(const Member& member, Locality kind, uint32_t count,
                uint32_t sampling, Rng& rng, std::vector<Member*>& drawn);

  // Members in any state; without any here, the swarm is not kept for long.
  uint32_t members = 0;
  // Those of them that are foreign: a sample of the ones at other instances.
  std::vector<Member*> foreign;
  // Clients here that would have liked to meet more than there were.
  std::vector<ClientId> hungry;

  // How many there are at other instances beside the sample.
  void SetUnsampled(uint32_t peers) { unsampled_ = peers; }
  // Over all instances; the seeders among the unsampled are guessed.
  uint32_t all_present() const { return present() + unsampled_; }
  uint32_t all_seeders() const;
  uint64_t completed = 0;
  // As its members here have reported.
  uint64_t http_bytes = 0;
  uint64_t peer_bytes = 0;
  // What newcomers without it are told; null while nobody has said it.
  std::shared_ptr<const FileInfo> info;
  size_t published_bytes = 0;  // of it, if a client has published it
  Timestamp empty_since;       // without members

  // Checks every group against every member in it; for tests.
  bool Consistent() const;

 private:
  MemberGroup& GroupFor(const LocalityKey& key);
  static void Insert(MemberGroup& group, Locality kind, Member& member);
  void Remove(Locality kind, Member& member);

  SwarmId id_;
  uint32_t serial_;
  uint32_t unsampled_ = 0;
  MemberGroup seeders_;
  MemberGroup others_;
  absl::btree_map<LocalityKey, std::unique_ptr<MemberGroup>> near_;
  absl::btree_map<uint8_t, uint32_t> vendors_;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_SWARM_H_
