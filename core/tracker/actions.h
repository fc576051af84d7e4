#ifndef PEER5_CORE_TRACKER_ACTIONS_H_
#define PEER5_CORE_TRACKER_ACTIONS_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/content/ids.h"
#include "core/tracker/handles.h"

namespace peer5 {

// Why a socket is closed; the caller makes a WebSocket close code of it.
enum class CloseReason : uint8_t {
  kNoHello = 0,      // nothing, or something else, came first
  kMalformed = 1,    // bytes that are no message
  kWrongSecret = 2,  // the client id is somebody else's
  kReplaced = 3,     // the same client has opened another socket
  kTooFast = 4,      // far more messages than allowed
  kFull = 5,         // no room for more clients
  kRefused = 6,      // the token was not accepted
  kVersion = 7,      // a protocol version that we don't speak
};

// What a Tracker asks of its caller, to be carried out in order after every
// input.
namespace tracker_action {

// Send one binary WebSocket message.
struct SendTo {
  ConnHandle conn;
  std::vector<uint8_t> message;
  // Nobody misses it for a fraction of a second: if something else goes to this
  // socket in that time, both can go as one.
  bool can_wait = false;
};
// Close the socket; no SocketDown is expected.
struct Close {
  ConnHandle conn;
  CloseReason reason;
};
// Say whether this token admits its bearer: answer with TokenChecked.
struct CheckToken {
  ConnHandle conn;
  std::string token;
};
// Find out what this URL's resource is now: answer with ResourceReady or
// ResourceFailed. Asked once, however many clients wait for it.
struct NeedResource {
  std::string url;
};

// What follows is asked for only where several instances share their swarms
// (TrackerOptions::shared).

// Give these bytes to FromInstance there.
struct Forward {
  InstanceHandle instance;
  std::vector<uint8_t> message;
};
// This client of ours is in the swarm: let other instances find its PeerRecord,
// until Withdraw or until we are gone. Renewed when something has changed.
struct Announce {
  SwarmId swarm;
  ClientId client;
  std::vector<uint8_t> record;
};
struct Withdraw {
  SwarmId swarm;
  ClientId client;
};
// Somebody wants a swarm by its id that has no FileInfo here: answer with
// SwarmSampled, whatever is found.
struct NeedSwarm {
  SwarmId swarm;
};
// A client has published it: keep it (a FileInfo message) for other instances.
struct KeepInfo {
  SwarmId swarm;
  std::vector<uint8_t> message;
};
// One more download of it is complete.
struct CountCompleted {
  SwarmId swarm;
};

}  // namespace tracker_action

using TrackerAction =
    std::variant<tracker_action::SendTo, tracker_action::Close,
                 tracker_action::CheckToken, tracker_action::NeedResource,
                 tracker_action::Forward, tracker_action::Announce,
                 tracker_action::Withdraw, tracker_action::NeedSwarm,
                 tracker_action::KeepInfo, tracker_action::CountCompleted>;

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_ACTIONS_H_
