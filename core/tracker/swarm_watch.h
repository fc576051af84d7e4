#ifndef PEER5_CORE_TRACKER_SWARM_WATCH_H_
#define PEER5_CORE_TRACKER_SWARM_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/btree_map.h"
#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/tracker/connect_figures.h"
#include "core/tracker/swarm.h"
#include "core/tracker/traits.h"
#include "core/wire/report.h"

namespace peer5 {

// One swarm as its operator sees it. No addresses and no client ids: `key`
// only tells members apart, and stays theirs from one look to the next.
struct SwarmView {
  enum class EdgeState : uint8_t {
    kOpen = 0,
    kConnecting = 1,
    kFailed = 2,
    kIntroduced = 3,  // a side has not reported since the watch began
  };
  struct Member {
    uint32_t key = 0;
    Browser browser;
    Place place;
    bool seeder = false;
    bool uploads = true;
    bool metered = false;
    bool elsewhere = false;  // its socket is at another instance
    // The most that any one other member has and this one lacks: a part of the
    // resource, 0 to 1.
    double obtainable = 0;
    bool reported = false;   // since the watch began; else these are zeros:
    uint32_t down_rate = 0;  // bytes/s
    uint32_t up_rate = 0;
    uint32_t blocks = 0;  // held, of
    uint32_t num_blocks = 0;
    // As last reported.
    uint64_t http_bytes = 0;
    uint64_t peer_bytes = 0;
    uint64_t stored_bytes = 0;
    uint64_t uploaded = 0;
  };
  struct Edge {
    uint32_t a = 0;  // positions in members, a < b
    uint32_t b = 0;
    EdgeState state = EdgeState::kIntroduced;
    uint32_t a_to_b = 0;  // bytes
    uint32_t b_to_a = 0;
    uint16_t rtt_ms = 0;
  };

  uint32_t present = 0;  // at all instances, those left out too
  std::vector<Member> members;
  std::vector<Edge> edges;  // the open ones first
  uint32_t edges_left_out = 0;
};

// The few swarms that the operator has open on the dashboard. What members say
// of their connections is kept of these only, while somebody looks: for all
// swarms it would be most of the tracker's memory.
class SwarmWatch {
 public:
  // More members than a drawing can show, and their connections, are left out.
  static constexpr size_t kMaxMembers = 200;
  static constexpr size_t kMaxEdges = 1000;
  // Swarms watched at once; another one ends the oldest watch.
  static constexpr size_t kMaxSwarms = 4;
  // A page that is open asks every few seconds.
  static constexpr Duration kEndsAfter = Duration::Seconds(60);

  // `salt` makes the members' keys.
  explicit SwarmWatch(uint64_t salt) : salt_(salt) {}

  // Begins or goes on.
  void Watch(Timestamp now, const SwarmId& id);
  // Ignored unless its swarm is watched.
  void Note(Timestamp now, ClientId client, const Report& report);
  SwarmView View(const Swarm& swarm) const;

  size_t size() const { return watched_.size(); }

 private:
  struct Seen {
    Timestamp at;
    uint32_t down_rate = 0;
    uint32_t up_rate = 0;
    uint32_t blocks = 0;
    uint32_t num_blocks = 0;
    uint64_t uploaded = 0;
    std::vector<Report::Connection> connections;
  };
  using Reports = absl::btree_map<ClientId, Seen>;
  struct Watched {
    Timestamp until;
    Reports reports;
  };

  void Expire(Timestamp now);
  uint32_t KeyOf(ClientId client) const;

  uint64_t salt_;
  absl::btree_map<SwarmId, Watched> watched_;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_SWARM_WATCH_H_
