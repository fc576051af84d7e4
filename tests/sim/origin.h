#ifndef PEER5_TESTS_SIM_ORIGIN_H_
#define PEER5_TESTS_SIM_ORIGIN_H_

#include <cstdint>
#include <vector>

#include "core/content/time.h"
#include "core/swarm/actions.h"
#include "tests/sim/network.h"

namespace peer5::sim {

// The HTTP server: one node whose uplink all active responses share. Each has
// a congestion window that opens as a TCP connection's does, to twice what
// fills the client's downlink, so that a slow reader holds only itself up.
class Origin {
 public:
  // What the origin tells its owner, of a response's connection.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void OnHead(ConnectionId id) = 0;
    virtual void OnBody(ConnectionId id, uint32_t length) = 0;
    virtual void OnEnd(ConnectionId id, bool ok) = 0;
  };

  Origin(Network& network, EventQueue& events, Owner& owner, double rate,
         uint64_t file_size, double dies_after_copies);

  // Asks for [first, last]; the answer comes to `client`.
  ConnectionId Fetch(Timestamp now, NodeId client, double client_rate,
                     Duration delay, FetchHandle handle,
                     const action::Fetch& fetch);
  // The client has lost interest; the server hears of it a delay later.
  void Abort(Timestamp now, ConnectionId id);
  void Pause(ConnectionId id) { responses_[id].paused = true; }
  void Resume(Timestamp now, ConnectionId id);
  void SetRate(double rate) { network_.SetUpRate(node_, rate); }

  // Events of the network that concern a response.
  void OnRequest(Timestamp now, ConnectionId id);
  void OnAborted(ConnectionId id) { network_.Free(id); }
  void OnBroken(ConnectionId id);
  void OnDelivered(Timestamp now, const Message& message);
  void OnBufferedLow(Timestamp now, ConnectionId id) { Refill(now, id); }

  bool dead() const { return dead_; }
  uint64_t sent() const { return network_.totals().http_bytes; }
  uint64_t first(ConnectionId id) const { return responses_[id].first; }
  bool ranged(ConnectionId id) const { return responses_[id].ranged; }

 private:
  struct Response {
    uint64_t first = 0;
    uint64_t position = 0;  // what the server has queued so far
    uint64_t end = 0;
    uint64_t in_flight = 0;  // queued or under way
    uint64_t window = 0;
    uint64_t max_window = 0;
    uint64_t held = 0;  // delivered while the client doesn't read
    bool held_end = false;
    bool ranged = false;
    bool ended = false;
    bool paused = false;
  };

  void Refill(Timestamp now, ConnectionId id);
  void Deliver(Timestamp now, ConnectionId id, uint32_t length);
  void DieIfDue(Timestamp now);

  Network& network_;
  EventQueue& events_;
  Owner& owner_;
  NodeId node_;
  uint64_t file_size_;
  double dies_after_bytes_;
  bool dead_ = false;
  std::vector<Response> responses_;  // by connection
};

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_ORIGIN_H_
