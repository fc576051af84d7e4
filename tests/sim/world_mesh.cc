// Who is connected to whom.

#include <numeric>
#include <vector>

#include "tests/sim/world.h"

namespace peer5::sim {
namespace {

// Whoever has come since may not have met anybody yet.
constexpr Duration kSettled = Duration::Seconds(10);

}  // namespace

// Parts that nobody can be reached from one of to another of, among those who
// have been there for a while.
uint32_t World::PartsOfMesh() const {
  std::vector<NodeId> leader(nodes_.size());
  std::iota(leader.begin(), leader.end(), NodeId{0});
  const auto leader_of = [&](NodeId id) {
    while (leader[id] != id) id = leader[id] = leader[leader[id]];
    return id;
  };
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    for (const ConnectionId c : nodes_[id].peers) {
      if (c == kNoConnection) continue;
      const Network::Connection& connection = network_.connection(c);
      if (!connection.up) continue;
      const NodeId one = leader_of(Visitor(connection.side[0].node));
      leader[one] = leader_of(Visitor(connection.side[1].node));
    }
  }
  uint32_t parts = 0;
  std::vector<bool> counted(nodes_.size());
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    const Node& node = nodes_[id];
    if (!node.present() || now_ - node.arrived < kSettled) continue;
    const NodeId part = leader_of(id);
    parts += counted[part] ? 0 : 1;
    counted[part] = true;
  }
  return parts;
}

}  // namespace peer5::sim
