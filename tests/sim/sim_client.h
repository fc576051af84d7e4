#ifndef PEER5_TESTS_SIM_SIM_CLIENT_H_
#define PEER5_TESTS_SIM_SIM_CLIENT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/content/file_info.h"
#include "core/swarm/actions.h"
#include "core/swarm/listing_client.h"
#include "core/swarm/options.h"
#include "tests/sim/scenario.h"

namespace peer5::sim {

// The edge of Client (core/swarm/client.h) as far as a simulated visitor with
// one download uses it. The client that ships stands behind it through an
// adapter; the reference policies implement it themselves, so that all run on
// the same network, tracker and origin.
class SimClient {
 public:
  virtual ~SimClient() = default;

  virtual SwarmHandle Open(Timestamp now, const SwarmOptions& options) = 0;
  virtual void Close(Timestamp now) = 0;
  virtual void SetPlayback(Timestamp now, uint64_t position, Timestamp due,
                           double bytes_per_second) = 0;

  virtual void FetchHead(Timestamp now, FetchHandle fetch,
                         const Client::HttpHead& head) = 0;
  virtual void FetchBytes(Timestamp now, FetchHandle fetch,
                          uint32_t length) = 0;
  virtual void FetchEnd(Timestamp now, FetchHandle fetch, bool ok) = 0;

  virtual void PeerUp(Timestamp now, PeerHandle peer, uint32_t max_message,
                      bool reliable) = 0;
  virtual void PeerDown(Timestamp now, PeerHandle peer) = 0;
  virtual void PeerMessage(Timestamp now, PeerHandle peer,
                           absl::Span<const uint8_t> head, uint32_t length) = 0;
  virtual void PeerBuffered(Timestamp now, PeerHandle peer, uint64_t bytes) = 0;
  virtual void LocalSignal(Timestamp now, PeerHandle peer, SdpKind kind,
                           std::string text) = 0;

  virtual void TrackerUp(Timestamp now) = 0;
  virtual void TrackerMessage(Timestamp now,
                              absl::Span<const uint8_t> message) = 0;

  virtual void BlockDigest(Timestamp now, BlockIndex block,
                           const Hash& digest) = 0;
  virtual void SuspectChunk(Timestamp now, BlockIndex block,
                            uint32_t chunk_in_block) = 0;

  virtual Timestamp deadline() const = 0;
  virtual void Advance(Timestamp now) = 0;
  virtual std::vector<Action> TakeActions() = 0;

  // Clients that it has banned so far.
  virtual uint32_t banned() const = 0;
};

// `info` is what reference policies, which don't verify where it comes from,
// share among all of them.
std::unique_ptr<SimClient> MakeClient(Policy policy,
                                      const ClientOptions& options,
                                      std::shared_ptr<const FileInfo> info);

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_SIM_CLIENT_H_
