#ifndef PEER5_TESTS_SIM_NODE_H_
#define PEER5_TESTS_SIM_NODE_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "core/content/availability_map.h"
#include "core/content/ids.h"
#include "core/content/time.h"
#include "tests/sim/network.h"
#include "tests/sim/sim_client.h"

namespace peer5::sim {

inline constexpr ConnectionId kNoConnection = UINT32_MAX;

// How a visitor behaves; its client never knows.
enum class Manner : uint8_t { kHonest, kLiar, kFreeRider, kStalled };
enum class Nat : uint8_t { kOpen, kCone, kSymmetric };

// Chunks of a block, one bit each: those that came with wrong bytes.
using TaintBits = std::vector<bool>;

// A viewer: plays what it has from the front.
struct Player {
  bool playing = false;
  double position = 0;  // bytes
  Timestamp at;         // when it stood there
  Duration stalled;     // after it had begun
  Timestamp stalled_since = Timestamp::Never();
  Timestamp began;
  uint32_t whole = 0;  // blocks without a gap from the front
  bool over = false;
};

// One visitor of the page.
struct Node {
  std::unique_ptr<SimClient> client;  // null before it comes, after it goes
  Manner manner = Manner::kHonest;
  Nat nat = Nat::kOpen;
  uint8_t access = 0;  // which AccessClass
  Duration delay;      // of its access link, one way; a pair has the mean
  Timestamp arrived;
  Timestamp gone = Timestamp::Never();
  Timestamp done = Timestamp::Never();
  bool original = false;  // of the first population, not a replacement
  bool failed = false;
  bool plain = false;    // the client has handed the download to plain HTTP
  bool tracked = false;  // has a socket at the tracker
  Timestamp timer = Timestamp::Never();

  AvailabilityMap have;
  uint64_t http_bytes = 0;  // committed, by source
  uint64_t peer_bytes = 0;
  uint64_t body_bytes = 0;     // received, by HTTP
  uint64_t payload_bytes = 0;  // received, in Data
  uint64_t crossed_bytes = 0;  // of them, from another ISP
  uint64_t bad_bytes = 0;      // wrong and committed all the same
  uint64_t http_when_done = 0;
  uint32_t honest_bans = 0;
  uint32_t liar_bans = 0;

  std::vector<ConnectionId> peers;                         // by PeerHandle
  std::vector<std::pair<uint32_t, ConnectionId>> fetches;  // by FetchHandle
  std::map<uint32_t, TaintBits> tainted;
  std::map<uint32_t, TaintBits> suspects;
  Player player;

  bool present() const { return client != nullptr; }
  bool complete() const { return done != Timestamp::Never(); }

  ConnectionId PeerConnection(PeerHandle peer) const {
    return peer.value() < peers.size() ? peers[peer.value()] : kNoConnection;
  }
  void SetPeer(PeerHandle peer, ConnectionId connection) {
    if (peer.value() >= peers.size()) {
      peers.resize(peer.value() + 1, kNoConnection);
    }
    peers[peer.value()] = connection;
  }
  ConnectionId FetchConnection(FetchHandle fetch) const {
    for (const auto& [handle, connection] : fetches) {
      if (handle == fetch.value()) return connection;
    }
    return kNoConnection;
  }
  void ForgetFetch(FetchHandle fetch) {
    std::erase_if(fetches,
                  [&](const auto& f) { return f.first == fetch.value(); });
  }
};

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_NODE_H_
