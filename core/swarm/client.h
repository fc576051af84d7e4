#ifndef PEER5_CORE_SWARM_CLIENT_H_
#define PEER5_CORE_SWARM_CLIENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/content/availability_map.h"
#include "core/content/file_info.h"
#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/swarm/action_sink.h"
#include "core/swarm/handles.h"
#include "core/swarm/options.h"
#include "core/wire/sdp.h"

namespace peer5 {

class ClientImpl;

// One visitor's engine: any number of swarms, any number of peers, one
// tracker. Sans-IO: every input carries the time and may produce actions, which
// the caller carries out after it; at deadline() it calls Advance.
//
// A handle that the client has given up (after Close, Disconnect, AbortFetch)
// may still appear in inputs that were under way: they are ignored.
class Client {
 public:
  // `sink` outlives the client.
  Client(const ClientOptions& options, ActionSink& sink);
  ~Client();

  // --- the page --------------------------------------------------------------

  // Starts a download: asks the tracker (when there is one) and, unless the
  // options say otherwise, the origin at once.
  SwarmHandle Open(Timestamp now, const SwarmOptions& options);
  // Starts a share: all blocks are ours already (committed, by the caller's
  // word; it has just hashed them). FileInfo is published to the tracker.
  SwarmHandle Share(Timestamp now, FileInfo info);
  // FileInfo from a manifest beside the file. Same checks as the tracker's.
  void SetFileInfo(Timestamp now, SwarmHandle swarm, FileInfo info);
  // The manifest that was asked for isn't there.
  void NoManifest(Timestamp now, SwarmHandle swarm);
  // FileInfo of a copy in offline storage, none if it can't be read. It counts
  // once the id, the origin's validator or the tracker says that it is of the
  // right version, or when none of them answers; StoredStale says that it is
  // not. HaveStored tells which blocks are there, from InfoReady on.
  void OfferStored(Timestamp now, SwarmHandle swarm,
                   std::optional<FileInfo> info);
  // Blocks in offline storage: they are committed (stored_bytes) and
  // announced. The caller verifies each before it lets anybody have it, and
  // calls BlockLost if it is not right.
  void HaveStored(Timestamp now, SwarmHandle swarm,
                  const AvailabilityMap& blocks);
  // The page plays or reads in order: it needs byte `position` at
  // `position_due`, and `bytes_per_second` from there on.
  void SetPlayback(Timestamp now, SwarmHandle swarm, uint64_t position,
                   Timestamp position_due, double bytes_per_second);
  // Stops downloading; connections stay and we go on serving.
  void Pause(Timestamp now, SwarmHandle swarm);
  void Resume(Timestamp now, SwarmHandle swarm);
  // Leaves the swarm and frees all that belongs to it.
  void Close(Timestamp now, SwarmHandle swarm);
  // Limits and permissions; id, secret and seed are not changed.
  void SetOptions(Timestamp now, const ClientOptions& options);
  // How busy the machine is, for the next reports: 0 idle, 255 saturated.
  void SetLoad(uint8_t load);

  // --- HTTP
  // --------------------------------------------------------------------

  struct HttpHead {
    int status = 0;         // 200, 206, 404, …
    uint64_t first = 0;     // where the body starts (Content-Range), or 0
    int64_t total = -1;     // size of the resource, or -1 if it is not told
    Validator validator;    // as far as the page may see it
    bool shareable = true;  // Cache-Control and Vary let it be shared
  };
  void FetchHead(Timestamp now, FetchHandle fetch, const HttpHead& head);
  // The next `length` body bytes have come (Store actions follow; before
  // FileInfo is known the caller keeps them).
  void FetchBytes(Timestamp now, FetchHandle fetch, uint32_t length);
  // The body has ended well, or the request failed.
  void FetchEnd(Timestamp now, FetchHandle fetch, bool ok);

  // --- peers
  // ---------------------------------------------------------------------

  // The connection made for Connect is open; `max_message` is the largest
  // message it takes, `reliable` whether its channel repeats what is lost.
  void PeerUp(Timestamp now, PeerHandle peer, uint32_t max_message,
              bool reliable);
  // It could not be made, or is gone.
  void PeerDown(Timestamp now, PeerHandle peer);
  // One data-channel message of `length` bytes. `head` is all of it, or, for
  // a message that is a single Data, at least its kDataHeaderSize first bytes.
  void PeerMessage(Timestamp now, PeerHandle peer,
                   absl::Span<const uint8_t> head, uint32_t length);
  // How many bytes the channel has accepted and not yet sent
  // (RTCDataChannel.bufferedAmount), after SendData and when it falls.
  void PeerBuffered(Timestamp now, PeerHandle peer, uint64_t bytes);
  // A local session description or candidate for the other side.
  void LocalSignal(Timestamp now, PeerHandle peer, SdpKind kind,
                   std::string text);

  // --- tracker
  // -------------------------------------------------------------------

  // The socket is open; everything is announced (again).
  void TrackerUp(Timestamp now);
  void TrackerDown(Timestamp now);
  void TrackerMessage(Timestamp now, absl::Span<const uint8_t> message);

  // --- storage and hashing
  // -------------------------------------------------------

  void BlockDigest(Timestamp now, SwarmHandle swarm, BlockIndex block,
                   const Hash& digest);
  void SuspectChunk(Timestamp now, SwarmHandle swarm, BlockIndex block,
                    uint32_t chunk_in_block);
  // A committed block can't be read, or is not right any more: it is missing.
  void BlockLost(Timestamp now, SwarmHandle swarm, BlockIndex block);

  // --- time
  // ----------------------------------------------------------------------

  Timestamp deadline() const;
  void Advance(Timestamp now);

  // Call it after each input: what could not be done in the middle of one.
  void Settle();

  // --- looking in
  // ------------------------------------------------------------------

  // Null until InfoReady; valid until the next input.
  const FileInfo* file_info(SwarmHandle swarm) const;

  struct SwarmStats {
    uint64_t http_bytes = 0;  // verified, by source
    uint64_t peer_bytes = 0;
    uint64_t stored_bytes = 0;
    uint64_t uploaded = 0;  // payload handed to channels
    uint64_t wasted = 0;    // received twice, unasked, or wrong
    uint32_t peers = 0;     // connected in this swarm
    uint32_t blocks_have = 0;
    uint32_t banned = 0;  // peers banned for wrong bytes
  };
  SwarmStats stats(SwarmHandle swarm) const;

  // How many blocks a peer has said it has; 0 if it is not in this swarm.
  uint32_t peer_blocks(SwarmHandle swarm, PeerHandle peer) const;

 private:
  std::unique_ptr<ClientImpl> impl_;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_CLIENT_H_
