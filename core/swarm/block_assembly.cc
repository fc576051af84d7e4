#include "core/swarm/block_assembly.h"

#include <algorithm>

namespace peer5 {

BlockAssembly::BlockAssembly(BlockIndex block, uint32_t num_chunks)
    : block_(block),
      missing_(num_chunks),
      asked_(num_chunks, 0),
      source_(num_chunks, kFromHttp) {}

std::optional<uint32_t> BlockAssembly::FirstMissing() const {
  if (missing_ == 0) return std::nullopt;
  while (!Missing(missing_hint_)) ++missing_hint_;
  return missing_hint_;
}

uint32_t BlockAssembly::NextForPeer() const {
  if (fetch == FetchHandle(0)) return *FirstMissing();
  uint32_t chunk = num_chunks() - 1;
  while (!Missing(chunk)) --chunk;
  return chunk;
}

std::optional<uint32_t> BlockAssembly::FirstUnreceived() const {
  for (uint32_t c = 0; c < num_chunks(); ++c) {
    if (!Received(c)) return c;
  }
  return std::nullopt;
}

void BlockAssembly::Ask(uint32_t chunk) {
  if (Received(chunk) || asked_[chunk] == kMaxAsked) return;
  if (asked_[chunk]++ == 0) --missing_;
}

void BlockAssembly::Release(uint32_t chunk) {
  if (Received(chunk) || asked_[chunk] == 0) return;
  if (--asked_[chunk] > 0) return;
  ++missing_;
  missing_hint_ = std::min(missing_hint_, chunk);
}

bool BlockAssembly::Receive(uint32_t chunk, ClientId from) {
  if (Received(chunk)) return false;
  if (Missing(chunk)) --missing_;
  asked_[chunk] = kReceived;
  source_[chunk] = from;
  ++received_;
  return true;
}

std::optional<ClientId> BlockAssembly::OnlySource() const {
  std::optional<ClientId> only;
  for (uint32_t c = 0; c < num_chunks(); ++c) {
    if (!Received(c)) continue;
    if (only && *only != source_[c]) return std::nullopt;
    only = source_[c];
  }
  return only;
}

}  // namespace peer5
