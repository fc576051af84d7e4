#ifndef PEER5_CORE_SWARM_ACTIONS_H_
#define PEER5_CORE_SWARM_ACTIONS_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/content/ids.h"
#include "core/swarm/handles.h"
#include "core/wire/sdp.h"
#include "core/wire/welcome.h"

namespace peer5 {

// What a Client asks of its caller. The caller takes the actions after every
// input and carries them out in order. Payload never passes through the core:
// a Store names bytes of the input that is being handled, a SendData names
// bytes of a block that was committed.
namespace action {

// --- connections -----------------------------------------------------------

// Make a connection object for a client that the tracker introduced (or that
// sent us an offer). The side with `offer` creates the data channel.
struct Connect {
  PeerHandle peer;
  bool offer;
};
// Hand a session description or candidate from the other side to it.
struct RemoteSignal {
  PeerHandle peer;
  SdpKind kind;
  std::string text;
};
// Close the connection and forget the handle. No PeerDown is expected.
struct Disconnect {
  PeerHandle peer;
};
// Send these bytes as one data-channel message.
struct Send {
  PeerHandle peer;
  std::vector<uint8_t> message;
};
// Send a Data message: the 13 byte header (kDataHeaderSize) that Data's
// WriteHeader makes of `swarm_prefix`, `chunk` and `length`, then `length`
// bytes from `offset` of a committed block.
struct SendData {
  PeerHandle peer;
  SwarmHandle swarm;
  SwarmPrefix swarm_prefix;
  ChunkIndex chunk;
  BlockIndex block;
  uint32_t offset;
  uint32_t length;
};
// The STUN and TURN servers that the tracker offers for new connections.
struct UseIceServers {
  std::vector<IceServer> servers;
};
// Send one binary WebSocket message to the tracker.
struct SendTracker {
  std::vector<uint8_t> message;
};

// --- bytes -----------------------------------------------------------------

// Ask the origin for bytes [first, last] of the swarm's URL; with
// last == kToTheEnd and first == 0, a plain GET without a Range header.
inline constexpr uint64_t kToTheEnd = UINT64_MAX;
struct Fetch {
  FetchHandle fetch;
  SwarmHandle swarm;
  uint64_t first;
  uint64_t last;
};
// Stop it; nothing more of it is wanted, and no FetchEnd is expected.
struct AbortFetch {
  FetchHandle fetch;
};
// Stop or go on reading its body (back-pressure reaches the origin).
struct PauseFetch {
  FetchHandle fetch;
};
struct ResumeFetch {
  FetchHandle fetch;
};
// Copy `length` bytes to `block_offset` of an unfinished block, whose buffer
// is made on first use. They stand at `source_offset` of the input that is
// being handled: the peer's message, or the body bytes of a fetch.
struct Store {
  SwarmHandle swarm;
  BlockIndex block;
  uint32_t block_offset;
  uint32_t source_offset;
  uint32_t length;
};
// The same for bytes that a fetch brought before FileInfo was known, which the
// caller has kept (from byte 0 of the resource); `stream_offset` is their
// place in that stream.
struct StoreKept {
  SwarmHandle swarm;
  BlockIndex block;
  uint32_t block_offset;
  uint64_t stream_offset;
  uint32_t length;
};
// The kept stream is no longer needed as such.
struct DropKept {
  SwarmHandle swarm;
};
// Hash the finished block and call BlockDigest.
struct Verify {
  SwarmHandle swarm;
  BlockIndex block;
};
// The block is right: deliver it, keep it, serve it. The three counts say
// where its bytes came from and add up to its length.
struct Commit {
  SwarmHandle swarm;
  BlockIndex block;
  uint32_t http_bytes;
  uint32_t peer_bytes;
  uint32_t stored_bytes;
};
// The block is wrong, or not wanted any more: forget its bytes. With
// `keep_suspect`, keep them aside until CompareSuspect or DropSuspect.
struct Discard {
  SwarmHandle swarm;
  BlockIndex block;
  bool keep_suspect;
};
// Compare the suspect with the committed block, chunk by chunk, call
// SuspectChunk for each that differs, then forget the suspect.
struct CompareSuspect {
  SwarmHandle swarm;
  BlockIndex block;
};
struct DropSuspect {
  SwarmHandle swarm;
  BlockIndex block;
};

// --- what the owner of a download is told ----------------------------------

// FileInfo is known and accepted (Client::file_info gives it).
struct InfoReady {
  SwarmHandle swarm;
};
// Stop waiting for the origin's response head: it failed, or is late, and
// peers bring the resource. Speak from FileInfo, with status 200.
struct HeadFromInfo {
  SwarmHandle swarm;
};
// The response has ended before FileInfo came: it is whole, and the owner's.
// If FileInfo still comes, what was kept of it becomes blocks for others;
// if not, GoPlain says so.
struct StreamComplete {
  SwarmHandle swarm;
};
// All blocks are committed.
struct Completed {
  SwarmHandle swarm;
};
// This download will not be done by peers: it goes on as the plain HTTP
// response it began as, whose bytes come to the caller as ever (kKeepStream),
// or has to be started again from nothing as a native request (kRestart).
enum class PlainMode : uint8_t { kKeepStream = 0, kRestart = 1 };
enum class PlainReason : uint8_t {
  kNoTracker = 0,        // no tracker and no manifest answered
  kNotShareable = 1,     // the response is private, no-store, varies by cookie
  kNoFileInfo = 2,       // the tracker does not vouch for this URL
  kVersionMismatch = 3,  // FileInfo is of another version than the response
  kContentMismatch = 4,  // the origin's bytes do not have the vouched hashes
};
struct GoPlain {
  SwarmHandle swarm;
  PlainMode mode;
  PlainReason reason;
};
// The download cannot be finished.
enum class FailReason : uint8_t {
  kNetwork = 0,       // HTTP failed and no peer could help
  kHttpStatus = 1,    // the origin's error status stands (5xx without peers)
  kNotFound = 2,      // the tracker knows no such swarm
  kFirefoxOnly = 3,   // 641
  kChromeOnly = 4,    // 642
  kVerification = 5,  // FileInfo does not have the root that was asked for
  kTracker = 6,       // P2P only, and no tracker could be reached
};
struct Fail {
  SwarmHandle swarm;
  FailReason reason;
};
// numOfPeers or uploaded bytes changed.
struct SwarmState {
  SwarmHandle swarm;
  uint32_t peers;
  uint64_t uploaded;
};

// The copy in offline storage is of another version than the origin or the
// tracker has now, or may not be kept, or can't be read: remove it.
struct StoredStale {
  SwarmHandle swarm;
};

}  // namespace action

using Action =
    std::variant<action::Connect, action::RemoteSignal, action::Disconnect,
                 action::Send, action::SendData, action::UseIceServers,
                 action::SendTracker, action::Fetch, action::AbortFetch,
                 action::PauseFetch, action::ResumeFetch, action::Store,
                 action::StoreKept, action::DropKept, action::Verify,
                 action::Commit, action::Discard, action::CompareSuspect,
                 action::DropSuspect, action::InfoReady, action::HeadFromInfo,
                 action::StreamComplete, action::Completed, action::GoPlain,
                 action::Fail, action::SwarmState, action::StoredStale>;

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_ACTIONS_H_
