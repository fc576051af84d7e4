#ifndef PEER5_CORE_SWARM_PEER_H_
#define PEER5_CORE_SWARM_PEER_H_

#include <cstdint>
#include <vector>

#include "core/content/availability_map.h"
#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/swarm/handles.h"
#include "core/swarm/pending_chunks.h"
#include "core/swarm/rate_meter.h"
#include "core/swarm/request_window.h"

namespace peer5 {

class Swarm;
struct Peer;

// One peer in one of our swarms. It counts (`active`) once both sides have
// opened the same full swarm id on the connection.
struct Link {
  Link(Peer* peer_, Swarm* swarm_, SwarmPrefix prefix_)
      : peer(peer_), swarm(swarm_), prefix(prefix_) {}

  Peer* peer;
  Swarm* swarm;
  SwarmPrefix prefix;
  bool active = false;

  AvailabilityMap has;  // sized once FileInfo is known
  bool counted_as_seeder = false;
  bool wont_upload = false;
  bool announced = false;  // they have had our availability map
  uint32_t untold = 0;     // blocks of ours that a seeder has not been told of

  PendingChunks pending;
  Timestamp last_data;  // when they last sent us a chunk we asked for
  Timestamp retry_at;   // they refused; don't ask before
  uint8_t stalls = 0;   // how often in a row they were silent for too long

  uint64_t bytes_in = 0;  // payload, both ways
  uint64_t bytes_out = 0;
};

struct UploadRequest {
  Link* link;
  ChunkIndex chunk;
};

// A swarm that the other side has opened, with the flags of OpenSwarms.
struct Opened {
  SwarmId id;
  uint8_t flags;
};

// One connection to another client, over all the swarms we share.
//
//   connecting --PeerUp--> open --Hello--> ready --PeerDown/ban--> (erased)
struct Peer {
  enum class State : uint8_t { kConnecting, kOpen, kReady };

  Peer(PeerHandle handle_, ClientId id_, bool offer_, uint32_t first_window)
      : handle(handle_), id(id_), offer(offer_), window(first_window) {}

  PeerHandle handle;
  ClientId id;
  bool offer;
  State state = State::kConnecting;
  bool reliable = true;
  uint32_t max_message = 0;
  Timestamp since;  // when this state began
  // Messages that have overtaken Hello, on a channel that keeps no order.
  std::vector<std::vector<uint8_t>> early;

  std::vector<Link*> links;
  // What each side has opened on it; live links are those that both have.
  std::vector<Opened> theirs;
  std::vector<SwarmId> ours;

  // Download side.
  RequestWindow window;
  uint32_t outstanding = 0;  // bytes asked and not yet received
  uint64_t delivered = 0;    // payload bytes received
  RateMeter down;

  // Upload side.
  std::vector<UploadRequest> uploads;
  uint64_t buffered = 0;  // bytes in the channel, not yet sent
  uint32_t quantum = 0;   // bytes its turn still allows
  bool queued = false;    // has a slot or waits for one
  RateMeter up;

  // What they opened under this id, or null.
  const Opened* Opens(const SwarmId& swarm) const {
    for (const Opened& opened : theirs) {
      if (opened.id == swarm) return &opened;
    }
    return nullptr;
  }

  // Round-trip probe.
  uint32_t ping_nonce = 0;
  Timestamp ping_sent;
  bool ping_open = false;
  Duration rtt;  // of the last pong
  Duration least_rtt = Duration::Infinite();
  bool probes_uplink = false;  // the ping is one of a round's
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_PEER_H_
