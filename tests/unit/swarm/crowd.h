#ifndef PEER5_TESTS_UNIT_SWARM_CROWD_H_
#define PEER5_TESTS_UNIT_SWARM_CROWD_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/content/file_info.h"
#include "core/content/rng.h"
#include "core/swarm/client.h"
#include "core/swarm/listing_client.h"

namespace peer5 {

// The bytes of a resource and its FileInfo.
struct Resource {
  std::vector<uint8_t> bytes;
  std::shared_ptr<const FileInfo> info;
  SwarmId id{};
};
Resource MakeResource(uint64_t size, uint32_t block_size, uint32_t chunk_size,
                      uint64_t seed = 1);

// How the origin of a Crowd answers.
struct Origin {
  bool up = true;
  bool ranges = true;
  int status = 200;
  Duration answers_after;         // beside the network's delay
  double bytes_per_second = 1e6;  // for each request
  std::string etag = "\"1\"";
  bool shareable = true;
  uint64_t dies_after = UINT64_MAX;  // bytes of one response
  std::vector<uint8_t> bytes;        // what it serves now
};

// Clients with real bytes, joined by a network without loss but with a delay,
// an origin, and a tracker that introduces everybody to everybody. Time is
// virtual; Run goes on until a condition holds or time is over.
class Crowd {
 public:
  explicit Crowd(Resource resource);
  ~Crowd();

  struct Member;
  using Index = size_t;

  Origin& origin() { return origin_; }
  const Resource& resource() const { return resource_; }
  Timestamp now() const { return now_; }

  // A client; `tracked` false: it never meets a tracker.
  Index AddClient(ClientOptions options = {}, bool tracked = true);
  // Opens the resource's URL (or its id, when options.mode is kP2p).
  void Download(Index client, SwarmOptions options = {});
  void Seed(Index client);
  void Leave(Index client);  // like a closed tab
  void CloseSwarm(Index client);
  void StopTracker();
  void StartTracker();

  // Every Data payload that this client sends is corrupted / dropped.
  void MakeLiar(Index client);
  void MakeSilent(Index client);
  // Network messages between clients of at least this size are lost at
  // random, on unreliable channels.
  void SetLoss(double share) { loss_ = share; }
  // Messages between peers overtake each other, by up to `spread`.
  void SetDisorder(Duration spread) { disorder_ = spread; }
  // What this client sends to peers waits so long on its way out.
  void SetUplinkQueue(Index client, Duration delay);
  // How long the tracker takes to answer.
  void SetTrackerDelay(Duration delay) { tracker_delay_ = delay; }

  bool Run(std::function<bool()> until, Duration limit = Duration::Seconds(60));
  bool RunUntilDone(Duration limit = Duration::Seconds(60));

  bool Done(Index client) const;
  bool Right(Index client) const;  // its committed bytes are the resource's
  std::vector<Action> ActionsOf(Index client) const;
  template <typename A>
  std::vector<A> All(Index client) const {
    std::vector<A> found;
    for (const Action& action : ActionsOf(client)) {
      if (const A* a = std::get_if<A>(&action)) found.push_back(*a);
    }
    return found;
  }
  Client::SwarmStats Stats(Index client) const;
  Client& client(Index client);
  SwarmHandle swarm(Index client) const;
  size_t LinksOf(Index client) const { return Stats(client).peers; }
  // Messages that clients have sent each other.
  uint64_t messages() const { return messages_; }

 private:
  struct Event;
  void At(Timestamp when, std::function<void()> what);
  void Drain(Index client);
  void Do(Index client, const Action& action);
  void Serve(Index client, const action::Fetch& fetch);
  void ServePiece(Index index, FetchHandle id, uint64_t first,
                  uint64_t position, uint64_t end);
  bool Running(Index index, FetchHandle id) const;
  void EndFetch(Index index, FetchHandle id, bool ok);
  void Deliver(Index from, PeerHandle peer, std::vector<uint8_t> message);
  void Introduce(Index client);
  void ToTracker(Index client, const std::vector<uint8_t>& message);
  void FromTracker(Index client, std::vector<uint8_t> message);
  void Connect(Index client, PeerHandle peer, bool offer);
  Index ByClientId(ClientId id) const;

  Resource resource_;
  Origin origin_;
  std::vector<std::unique_ptr<Member>> members_;
  std::multimap<Timestamp, std::function<void()>> events_;
  Timestamp now_ = Timestamp::Millis(1000);
  bool tracker_up_ = true;
  double loss_ = 0;
  Duration disorder_;
  Duration tracker_delay_ = Duration::Millis(5);
  Rng rng_{7};
  uint64_t messages_ = 0;
};

}  // namespace peer5

#endif  // PEER5_TESTS_UNIT_SWARM_CROWD_H_
