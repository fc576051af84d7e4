#ifndef PEER5_CORE_TRACKER_REGISTRY_H_
#define PEER5_CORE_TRACKER_REGISTRY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/btree_map.h"
#include "core/content/file_info.h"
#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/tracker/connect_figures.h"
#include "core/tracker/fifo_timers.h"
#include "core/tracker/session.h"
#include "core/tracker/swarm.h"

namespace peer5 {

// The clients of one country and ISP that have a socket here, and what their
// swarms have brought them.
struct PlaceFigures {
  Place place;
  uint32_t clients = 0;
  uint64_t http_bytes = 0;
  uint64_t peer_bytes = 0;
};

// Who is known, and who is in which swarm. Ordered containers: a hostile
// client chooses ids, so hashing them would need a secret.
//
//   session:  Add --> with a socket <--- Return / Depart ---> away
//                                                              | grace
//                                                            gone
//   swarm:    SwarmFor --> has members --last leaves--> empty
//                              ^                          | grace, or no info
//                              +------ a member ----------+---> gone
class Registry {
 public:
  Registry(Duration away_grace, Duration swarm_grace, Duration foreign_check);

  Session* Find(ClientId id) const;
  Swarm* FindSwarm(const SwarmId& id) const;
  // Without foreign ones, as num_members.
  size_t num_sessions() const { return sessions_.size() - num_foreign_; }
  size_t num_swarms() const { return swarms_.size(); }
  // Up to `count` of them, those with most members present first. Looks at all.
  std::vector<const Swarm*> LargestSwarms(size_t count) const;
  // Those with most clients first. Looks at all clients.
  std::vector<PlaceFigures> LargestPlaces(size_t count) const;
  uint64_t num_members() const { return num_members_ - num_foreign_members_; }

  Session& Add(Timestamp now, ClientId id, uint64_t secret);
  // The socket is gone: nobody is matched with this client until it returns.
  void Depart(Timestamp now, Session& session);
  // It is back, on another socket. Its memberships count again one by one as
  // it joins again; those that it doesn't join within the grace period end.
  void Return(Timestamp now, Session& session);

  // The session of a client at another instance: new, or known already, or one
  // that was here and has gone there. Null if it has a socket here, or if the
  // secret isn't its own.
  Session* Foreign(Timestamp now, ClientId id, uint64_t secret,
                   InstanceHandle instance);
  // A foreign client has come here.
  void ComeHome(Timestamp now, Session& session);
  // Forgets all clients of an instance.
  void ForgetInstance(Timestamp now, InstanceHandle instance);

  Swarm& SwarmFor(Timestamp now, const SwarmId& id);
  // Makes the session a present member; if it is one, nothing changes.
  Member& Enter(Session& session, Swarm& swarm);
  void Leave(Timestamp now, Member& member);
  void SetInfo(Swarm& swarm, std::shared_ptr<const FileInfo> info,
               bool published);
  size_t published_bytes() const { return published_bytes_; }

  Timestamp deadline() const;
  void Advance(Timestamp now);

  bool Consistent() const;  // for tests

 private:
  struct Absence {
    ClientId client;
    uint32_t times_away;
  };

  void LeaveAll(Timestamp now, Session& session);
  void CheckForeign(Timestamp now, ClientId id);
  void EndAbsence(Timestamp now, const Absence& absence);
  void EndSwarm(Timestamp now, const SwarmId& id);
  void DropIfUseless(Timestamp now, Swarm& swarm);
  void Erase(Swarm& swarm);

  absl::btree_map<ClientId, std::unique_ptr<Session>> sessions_;
  absl::btree_map<SwarmId, std::unique_ptr<Swarm>> swarms_;
  Duration swarm_grace_;
  FifoTimers<Absence> absences_;
  FifoTimers<SwarmId> empty_swarms_;
  FifoTimers<ClientId> foreign_checks_;
  uint32_t next_serial_ = 1;
  uint64_t num_members_ = 0;
  size_t num_foreign_ = 0;
  uint64_t num_foreign_members_ = 0;
  size_t published_bytes_ = 0;
};

// What a FileInfo counts against the limits on published ones.
size_t StoredBytes(const FileInfo& info);

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_REGISTRY_H_
