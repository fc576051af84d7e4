#ifndef PEER5_CORE_TRACKER_OPTIONS_H_
#define PEER5_CORE_TRACKER_OPTIONS_H_

#include <cstddef>
#include <cstdint>

#include "core/content/time.h"
#include "core/tracker/matcher.h"
#include "core/tracker/rate_limit.h"

namespace peer5 {

// What any one client may do, and how much is kept for all of them.
struct TrackerLimits {
  // A page with a gallery joins hundreds of swarms in its first second.
  Rate joins{.burst = 300, .per_second = 10};
  // Asking for more peers takes the same work.
  Rate asks{.burst = 300, .per_second = 10};
  // A dozen peers cost some 150 candidates within a second or two; each KiB
  // counts as one message.
  Rate messages{.burst = 1500, .per_second = 60};
  // Messages dropped and joins refused for being too many: with more, the
  // socket is closed. Whoever is only a little too fast is forgiven.
  Rate drops{.burst = 500, .per_second = 5};
  uint32_t swarms_per_client = 256;
  // Joins that wait for a resource to be hashed.
  uint32_t waiting_per_client = 64;
  // FileInfo that clients publish for shares, in bytes of their hashes.
  size_t published_per_client = size_t{4} << 20;
  size_t published = size_t{256} << 20;
  uint32_t clients = 2'000'000;
  uint32_t swarms = 2'000'000;
  uint32_t resources = 200'000;
  // Longest URL in a join: what servers commonly take.
  uint32_t url_length = 2048;
  // Longest session description or candidate: real ones are under 2 KB.
  uint32_t sdp_length = 16 * 1024;
  // Messages of one socket that wait for its token to be checked, in bytes.
  size_t unadmitted_bytes = 64 * 1024;
};

struct TrackerOptions {
  uint64_t seed = 0;  // of the only random generator
  MatchOptions match{};
  TrackerLimits limits{};
  // Peers offered to somebody who joins, or who asks for more.
  uint32_t match_size = 10;
  uint32_t max_wanted = 20;
  Duration report_interval = Duration::Seconds(15);
  // Reports are asked for less often when this many would come in a second.
  uint32_t reports_per_second = 2000;
  // Every hello's token is handed to the caller to be checked.
  bool check_tokens = false;
  // Other instances serve the same swarms: members are announced to them, and
  // theirs are taken into account.
  bool shared = false;
  // A socket must say hello within this time.
  Duration hello_timeout = Duration::Seconds(10);
  // A client without a socket is forgotten after this: long enough for a
  // reload or a change of networks.
  Duration away_grace = Duration::Seconds(20);
  // Clients of other instances are looked at so often: those that nobody here
  // shares a swarm or an introduction with are forgotten.
  Duration foreign_check = Duration::Seconds(60);
  // A swarm without members is kept (with its FileInfo) for this long.
  Duration swarm_grace = Duration::Seconds(120);
  // For so long a resource's FileInfo is given out before the caller is asked
  // whether the origin still has that version.
  Duration resource_fresh = Duration::Seconds(60);
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_OPTIONS_H_
