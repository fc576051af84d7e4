#ifndef PEER5_CORE_SWARM_OPTIONS_H_
#define PEER5_CORE_SWARM_OPTIONS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "core/content/ids.h"
#include "core/content/time.h"

namespace peer5 {

// The slides' three hybrid approaches.
enum class Strategy : uint8_t {
  kAggressive = 0,      // P2P and HTTP all the time
  kServerFriendly = 1,  // peers bring what they can bring in time
  kP2pFriendly = 2,     // HTTP until it fails or slows down, then peers
};

enum class DownloadMode : uint8_t {
  kHybrid = 0,
  kP2p = 1,   // never HTTP
  kHttp = 2,  // never peers
};

// What a client knows about itself and tells the tracker; limits and
// permissions may change at any time (Client::SetOptions).
struct ClientOptions {
  ClientId id;          // random, chosen by the caller
  uint64_t secret = 0;  // random; proves to a tracker that we are still us
  uint64_t seed = 0;    // of the client's only random generator
  uint8_t browser_vendor = 0;  // BrowserVendor of core/wire
  uint16_t browser_version = 0;
  bool cellular = false;  // on a metered connection
  bool uploads = true;    // false: we take and do not give
  uint64_t up_limit = 0;  // bytes/s over all swarms; 0: none
  uint64_t down_limit = 0;
  // Connections, over all swarms; if not said, 30, or 60 where each path
  // carries little.
  std::optional<uint32_t> max_peers;
  std::string token;  // the page's admission token for the tracker
};

// One download or one share.
struct SwarmOptions {
  std::string url;            // empty: P2P only, by `id`
  std::optional<SwarmId> id;  // integrity: the only root we accept
  DownloadMode mode = DownloadMode::kHybrid;
  Strategy strategy = Strategy::kAggressive;
  // Join only once the response head promises this many bytes; 0: at once.
  uint64_t min_size = 0;
  bool manifest = false;      // wait for SetFileInfo, not the tracker's
  bool fetch_at_once = true;  // false: start without the plain GET (resume)
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_OPTIONS_H_
