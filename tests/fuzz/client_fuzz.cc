// A client among peers, a tracker and an origin that say anything, in any
// order, at any time. What must hold: no crash, no overrun, no endless growth.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/swarm/actions.h"
#include "core/swarm/client.h"
#include "core/swarm/handles.h"
#include "core/swarm/listing_client.h"
#include "core/swarm/options.h"

namespace peer5 {
namespace {

// The fuzzer's bytes, read as a script of inputs.
class Script {
 public:
  explicit Script(absl::Span<const uint8_t> bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }
  uint8_t Byte() {
    if (rest_.empty()) return 0;
    const uint8_t byte = rest_.front();
    rest_.remove_prefix(1);
    return byte;
  }
  absl::Span<const uint8_t> Bytes() {
    const size_t wanted = Byte() | size_t{Byte()} << 8;
    const auto bytes = rest_.first(std::min(wanted, rest_.size()));
    rest_.remove_prefix(bytes.size());
    return bytes;
  }

 private:
  absl::Span<const uint8_t> rest_;
};

class World {
 public:
  explicit World(Script script) : script_(script), client_(Options()) {
    SwarmOptions options;
    options.url = "https://origin.example/file";
    swarm_ = client_.Open(now_, options);
    client_.TrackerUp(now_);
    Drain();
  }

  void Run() {
    while (!script_.done()) {
      now_ = now_ + Duration::Millis(script_.Byte());
      Step();
      Drain();
    }
  }

 private:
  static ClientOptions Options() {
    ClientOptions options;
    options.id = ClientId(7);
    options.seed = 1;
    return options;
  }

  // Handles that the client has given out, and now and then one that it hasn't.
  PeerHandle Peer() { return PeerHandle(script_.Byte() % (peers_ + 2)); }
  FetchHandle Fetch() { return FetchHandle(script_.Byte() % (fetches_ + 2)); }

  void Step() {
    switch (script_.Byte() % 11) {
      case 0:
        return client_.TrackerMessage(now_, script_.Bytes());
      case 1: {
        const auto bytes = script_.Bytes();
        return client_.PeerMessage(now_, Peer(), bytes,
                                   static_cast<uint32_t>(bytes.size()));
      }
      case 2:
        return client_.PeerUp(now_, Peer(), 65536, script_.Byte() % 2 == 0);
      case 3:
        return client_.PeerDown(now_, Peer());
      case 4: {
        Client::HttpHead head;
        head.status = 200 + script_.Byte();
        head.first = script_.Byte();
        head.total = int64_t{script_.Byte()} * 4096 - 1;
        return client_.FetchHead(now_, Fetch(), head);
      }
      case 5:
        return client_.FetchBytes(now_, Fetch(), script_.Byte() * 64u);
      case 6:
        return client_.FetchEnd(now_, Fetch(), script_.Byte() % 2 == 0);
      case 7: {
        Hash digest = {};
        digest[0] = script_.Byte();
        return client_.BlockDigest(now_, swarm_, BlockIndex(script_.Byte()),
                                   digest);
      }
      case 8:
        return client_.PeerBuffered(now_, Peer(), script_.Byte() * 8192u);
      case 9:
        client_.TrackerDown(now_);
        return client_.TrackerUp(now_);
      default:
        return client_.Advance(now_);
    }
  }

  void Drain() {
    for (const Action& action : client_.TakeActions()) {
      if (const auto* connect = std::get_if<action::Connect>(&action)) {
        peers_ = std::max(peers_, connect->peer.value());
      } else if (const auto* fetch = std::get_if<action::Fetch>(&action)) {
        fetches_ = std::max(fetches_, fetch->fetch.value());
      }
    }
  }

  Script script_;
  Timestamp now_ = Timestamp::Micros(1'000'000);
  ListingClient client_;
  SwarmHandle swarm_;
  uint32_t peers_ = 0;
  uint32_t fetches_ = 0;
};

}  // namespace
}  // namespace peer5

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  peer5::World(peer5::Script({data, size})).Run();
  return 0;
}
