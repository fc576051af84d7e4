#ifndef PEER5_CORE_SWARM_BLOCK_ASSEMBLY_H_
#define PEER5_CORE_SWARM_BLOCK_ASSEMBLY_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "core/content/ids.h"
#include "core/swarm/handles.h"

namespace peer5 {

// Where the bytes of a chunk came from, when not from a peer.
inline constexpr ClientId kFromHttp{0};

// A block that is being put together. Each of its chunks goes
//
//            Ask                 Receive
//   missing ------> asked (n≥1) ---------> received
//      ^  \            | Release (n=0)        ^
//      |   \-----------+----------------------/
//      +---------------/        (HTTP, or late data)
//
// `asked` counts the peers that have been asked and have not answered.
class BlockAssembly {
 public:
  BlockAssembly(BlockIndex block, uint32_t num_chunks);

  BlockIndex block() const { return block_; }
  uint32_t num_chunks() const { return static_cast<uint32_t>(asked_.size()); }

  bool Received(uint32_t chunk) const { return asked_[chunk] == kReceived; }
  bool Missing(uint32_t chunk) const { return asked_[chunk] == 0; }
  // How many peers are asked for this chunk (0 once it is received).
  uint32_t AskedOf(uint32_t chunk) const {
    return Received(chunk) ? 0 : asked_[chunk];
  }
  uint32_t missing() const { return missing_; }
  bool complete() const { return received_ == num_chunks(); }
  uint32_t received() const { return received_; }

  // The first missing chunk.
  std::optional<uint32_t> FirstMissing() const;
  // The one to ask a peer for next, if any is missing: HTTP fills a block from
  // the front, so peers help it from the end.
  uint32_t NextForPeer() const;
  // The first chunk that has not been received.
  std::optional<uint32_t> FirstUnreceived() const;

  void Ask(uint32_t chunk);
  void Release(uint32_t chunk);
  // False if it was received before.
  bool Receive(uint32_t chunk, ClientId from);
  ClientId Source(uint32_t chunk) const { return source_[chunk]; }
  const std::vector<ClientId>& sources() const { return source_; }
  // The only source of all received chunks, if there is one.
  std::optional<ClientId> OnlySource() const;

  // The peer that picked the block, and asks for the rest of it by and by.
  PeerHandle lead{0};
  // The HTTP request that is filling it.
  FetchHandle fetch{0};
  // After a failed verification: to be filled by one source alone, so that
  // comparing shows who lied.
  bool single_source = false;

 private:
  static constexpr uint8_t kReceived = 255;
  static constexpr uint8_t kMaxAsked = 254;

  BlockIndex block_;
  uint32_t missing_;
  uint32_t received_ = 0;
  mutable uint32_t missing_hint_ = 0;  // no chunk before it is missing
  std::vector<uint8_t> asked_;
  std::vector<ClientId> source_;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_BLOCK_ASSEMBLY_H_
