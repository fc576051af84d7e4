#ifndef PEER5_TESTS_SIM_WORLD_H_
#define PEER5_TESTS_SIM_WORLD_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/content/file_info.h"
#include "core/content/rng.h"
#include "core/content/time.h"
#include "core/tracker/tracker.h"
#include "tests/sim/bounds.h"
#include "tests/sim/event_queue.h"
#include "tests/sim/network.h"
#include "tests/sim/node.h"
#include "tests/sim/origin.h"
#include "tests/sim/record.h"
#include "tests/sim/scenario.h"

namespace peer5::sim {

// One run of a scenario: visitors with clients, the network between them, the
// tracker that ships and an origin, driven by one queue of events and one
// seeded generator.
class World : private NetworkOwner, private Origin::Owner {
 public:
  World(const Scenario& scenario, Policy policy, uint64_t seed,
        bool keep_lines);
  ~World() override;

  // Until everyone is done or gone, or the scenario's time is over.
  void Run();

  const Scenario& scenario() const { return scenario_; }
  const std::deque<Node>& nodes() const { return nodes_; }
  const Record& record() const { return record_; }
  const Network& network() const { return network_; }
  const Layout& layout() const { return info_->layout; }
  const std::vector<PopulationStep>& population() const { return population_; }
  uint64_t events() const { return handled_; }
  Timestamp now() const { return now_; }
  // The part of the blocks that somebody held when the origin died.
  double surviving_blocks() const { return surviving_blocks_; }
  uint64_t uploaded(NodeId id) const { return network_.uploaded(Link(id)); }
  const AccessClass& AccessOf(const Node& node) const {
    return scenario_.access[node.access];
  }

 private:
  // The origin is the network's node 0, visitor i its node i + 1.
  static NodeId Link(NodeId visitor) { return visitor + 1; }
  static NodeId Visitor(NodeId link) { return link - 1; }
  // From 1; 0 where the scenario has none.
  uint32_t IspOf(NodeId visitor) const {
    return scenario_.isps == 0 ? 0 : 1 + visitor % scenario_.isps;
  }

  // world.cc: the loop, and what comes into a client.
  void Handle(const Event& event);
  void HandleOfConnection(const Event& event);
  void Drain(NodeId id);
  void Arm(NodeId id);
  void OnDelivered(Message& message) override;
  void OnBufferedLow(ConnectionId id, int side) override;
  void OnHead(ConnectionId id) override;
  void OnBody(ConnectionId id, uint32_t length) override;
  void OnEnd(ConnectionId id, bool ok) override;
  void OnPeerMessage(NodeId id, PeerHandle peer, const Message& message);
  void OnVerified(NodeId id, BlockIndex block);
  void DrainTracker();
  void ArmTracker();
  void Sample();
  bool Over() const;

  // world_foresight.cc: what is about to be looked at.
  void Foresee();
  Node* Concerned(const Event& event);

  // world_actions.cc: what comes out of one.
  void Do(NodeId id, Action& action);
  void Do(NodeId id, const action::Connect& a);
  void Do(NodeId id, const action::RemoteSignal& a);
  void Do(NodeId id, const action::Disconnect& a);
  void Do(NodeId id, action::Send& a);
  void Do(NodeId id, const action::SendData& a);
  void Do(NodeId id, action::SendTracker& a);
  void Do(NodeId id, const action::Fetch& a);
  void Do(NodeId id, const action::AbortFetch& a);
  void Do(NodeId id, const action::PauseFetch& a);
  void Do(NodeId id, const action::ResumeFetch& a);
  void Do(NodeId id, const action::Store& a);
  void Do(NodeId id, const action::Verify& a);
  void Do(NodeId id, const action::Commit& a);
  void Do(NodeId id, const action::Discard& a);
  void Do(NodeId id, const action::CompareSuspect& a);
  void Do(NodeId id, const action::StreamComplete& a);
  void Do(NodeId id, const action::GoPlain& a);
  void Do(NodeId id, const action::Fail& a);
  // Of no consequence here: nothing is shown, and no bytes are kept.
  void Do(NodeId, const action::UseIceServers&) {}
  void Do(NodeId, const action::StoreKept&) {}
  void Do(NodeId, const action::DropKept&) {}
  void Do(NodeId id, const action::DropSuspect& a);
  void Do(NodeId, const action::InfoReady&) {}
  void Do(NodeId, const action::HeadFromInfo&) {}
  void Do(NodeId, const action::Completed&) {}
  void Do(NodeId, const action::SwarmState&) {}
  void Do(NodeId, const action::StoredStale&) {}
  void NoteBan(NodeId id, PeerHandle peer);
  void HangUp(ConnectionId id, int side, Duration notice);
  bool CanPair(NodeId a, NodeId b) const;
  void AnswerOffer(NodeId id, ConnectionId connection, PeerHandle peer);
  void Complete(NodeId id);

  // world_people.cc: who comes and goes, and who watches.
  void PlanArrivals();
  NodeId Arrive(bool original);
  void ArriveNext();
  void PlanDeparture(NodeId id);
  void Depart(NodeId id);
  void Leave(NodeId id, bool crash);
  void NotePopulation();
  void Play(NodeId id);
  void NoteServerDeath();
  uint32_t PartsOfMesh() const;
  bool Counts(const Node& node) const;

  Node* Present(NodeId id) {
    return nodes_[id].present() ? &nodes_[id] : nullptr;
  }
  void Say(NodeId id, const std::string& text) { record_.Line(now_, id, text); }

  Scenario scenario_;
  Policy policy_;
  Rng rng_;
  EventQueue events_;
  Network network_;
  Origin origin_;
  Tracker tracker_;
  Timestamp tracker_timer_ = Timestamp::Never();
  std::shared_ptr<const FileInfo> info_;
  Hash wrong_digest_{};

  std::deque<Node> nodes_;
  // Who of the first population has which access and manner.
  std::vector<uint8_t> access_dealt_;
  std::vector<uint8_t> manner_dealt_;
  uint32_t originals_ = 0;   // that have come
  uint32_t to_come_ = 0;     // arrivals planned and not yet happened
  uint32_t unfinished_ = 0;  // present and not complete
  double sum_of_up_ = 0;     // of those present
  uint32_t present_ = 0;
  uint32_t completed_ = 0;
  std::vector<PopulationStep> population_;
  bool death_noted_ = false;
  double surviving_blocks_ = 1;

  bool message_tainted_ = false;  // of the input being handled
  std::vector<ConnectionId> sent_to_;
  Second sampled_;  // totals at the last sample
  Timestamp now_;
  uint64_t handled_ = 0;
  Record record_;
};

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_WORLD_H_
