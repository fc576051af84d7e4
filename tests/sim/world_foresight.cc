// Fetching ahead what the next events concern.

#include "tests/sim/world.h"

namespace peer5::sim {

// A large crowd fits no cache, and nearly every event concerns somebody else:
// what the next events will look at is called for a few events before, step by
// step, since each thing tells where the next one is.
void World::Foresee() {
  Event event;
  if (events_.Peek(12, event)) network_.ForeseeEvent(event);
  if (events_.Peek(8, event)) network_.ForeseeConnection(event);
  if (events_.Peek(5, event)) {
    network_.ForeseeReceiver(event);
    if (Node* node = Concerned(event)) __builtin_prefetch(node);
  }
  if (events_.Peek(2, event)) {
    if (Node* node = Concerned(event)) __builtin_prefetch(node->client.get());
  }
}

// The visitor whose client is about to be called, if it is already known.
Node* World::Concerned(const Event& event) {
  switch (event.kind) {
    case EventKind::kArrive:
    case EventKind::kDelivered: {
      const NodeId link = network_.ReceiverOf(event.a);
      return link == 0 ? nullptr : &nodes_[Visitor(link)];
    }
    case EventKind::kTimer:
    case EventKind::kVerified:
      return &nodes_[event.a];
    default:
      return nullptr;
  }
}

}  // namespace peer5::sim
