#ifndef PEER5_CORE_SWARM_CONTEXT_H_
#define PEER5_CORE_SWARM_CONTEXT_H_

#include <utility>
#include <vector>

#include "core/content/rng.h"
#include "core/swarm/action_sink.h"
#include "core/swarm/handles.h"
#include "core/swarm/options.h"
#include "core/swarm/token_bucket.h"

namespace peer5 {

// What all parts of one client share: its options, its randomness, and the
// sink that their actions go to.
struct Context {
  Context(const ClientOptions& client_options, ActionSink& action_sink)
      : options(client_options), rng(client_options.seed), sink(action_sink) {}

  template <typename A>
  void Emit(const A& action) {
    sink.On(action);
  }

  // Serializes a wire message and sends it to a peer, or to the tracker.
  template <typename Message>
  void SendTo(PeerHandle peer, const Message& message) {
    Emit(action::Send{peer, SerializeMessage(message)});
  }
  template <typename Message>
  void SendToTracker(const Message& message) {
    Emit(action::SendTracker{SerializeMessage(message)});
  }

  ClientOptions options;
  Rng rng;
  ActionSink& sink;
  TokenBucket up;
  TokenBucket down;
  uint32_t next_fetch = 1;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_CONTEXT_H_
