#include "tests/sim/reference/reference_client.h"

#include <algorithm>

#include "core/wire/cancel.h"
#include "core/wire/client_hello.h"
#include "core/wire/completed_download.h"
#include "core/wire/data.h"
#include "core/wire/have.h"
#include "core/wire/join.h"
#include "core/wire/leave.h"
#include "core/wire/request.h"
#include "core/wire/sdp.h"
#include "core/wire/version.h"
#include "core/wire/want_peers.h"

namespace peer5::sim {
namespace {

constexpr uint64_t kHighWater = 256 * 1024;
constexpr int kMaxHttpFailures = 4;

}  // namespace

ReferenceClient::ReferenceClient(const ClientOptions& options,
                                 std::shared_ptr<const FileInfo> info)
    : options_(options),
      info_(std::move(info)),
      id_(info_->ComputeRoot()),
      prefix_(PrefixOf(id_)),
      rng_(options.seed),
      have_(info_->layout.num_blocks()) {}

SwarmHandle ReferenceClient::Open(Timestamp now, const SwarmOptions& options) {
  swarm_options_ = options;
  next_tick_ = now + tick();
  Fill(now);
  return swarm_;
}

void ReferenceClient::Close(Timestamp) {
  if (tracked_) Emit(action::SendTracker{SerializeMessage(Leave{id_})});
}

void ReferenceClient::Advance(Timestamp now) {
  next_tick_ = now + tick();
  OnTick(now);
}

// --- tracker
// ------------------------------------------------------------------

void ReferenceClient::TrackerUp(Timestamp) {
  tracked_ = true;
  ClientHello hello;
  hello.version = kProtocolVersion;
  hello.client = options_.id;
  hello.secret = options_.secret;
  hello.vendor = BrowserVendor::kChromium;
  Emit(action::SendTracker{SerializeMessage(hello)});
  Join join;
  join.ref = swarm_.value();
  join.url = swarm_options_.url;
  Emit(action::SendTracker{SerializeMessage(join)});
}

void ReferenceClient::TrackerMessage(Timestamp now,
                                     absl::Span<const uint8_t> message) {
  FrameReader reader(message);
  while (const std::optional<Frame> frame = reader.Next()) {
    if (frame->tag == Match::kTag) {
      const auto match = Match::Parse(frame->value);
      if (!match) continue;
      swarm_peers_ = match->swarm_peers;
      OnMatch(now, *match);
    } else if (frame->tag == Sdp::kTag) {
      OnSdp(frame->value);
    }
  }
}

void ReferenceClient::WantPeers(uint8_t count) {
  if (!tracked_) return;
  Emit(action::SendTracker{SerializeMessage(peer5::WantPeers{id_, count})});
}

void ReferenceClient::OnSdp(absl::Span<const uint8_t> value) {
  auto sdp = Sdp::Parse(value);
  if (!sdp) return;
  RefPeer* peer = Find(sdp->origin);
  if (sdp->kind == SdpKind::kOffer) {
    const bool room = peers_.size() < MaxPeers();
    if (peer != nullptr || !room) {
      Emit(action::SendTracker{SerializeMessage(
          Sdp{options_.id, sdp->origin, SdpKind::kDecline, ""})});
      return;
    }
    peer = &NewPeer(sdp->origin, /*offer=*/false);
  } else if (sdp->kind == SdpKind::kDecline && peer != nullptr && !peer->up) {
    Emit(action::Disconnect{peer->handle});
    peers_.erase(peer->handle.value());
    return;
  }
  if (peer == nullptr) return;
  Emit(action::RemoteSignal{peer->handle, sdp->kind, std::move(sdp->text)});
}

void ReferenceClient::LocalSignal(Timestamp, PeerHandle handle, SdpKind kind,
                                  std::string text) {
  const RefPeer* peer = Find(handle);
  if (peer == nullptr) return;
  Emit(action::SendTracker{
      SerializeMessage(Sdp{options_.id, peer->id, kind, std::move(text)})});
}

// --- connections
// --------------------------------------------------------------

ReferenceClient::RefPeer& ReferenceClient::NewPeer(ClientId id, bool offer) {
  const PeerHandle handle(next_handle_++);
  RefPeer& peer = peers_[handle.value()];
  peer.handle = handle;
  peer.id = id;
  peer.has = AvailabilityMap(layout().num_blocks());
  Emit(action::Connect{handle, offer});
  return peer;
}

void ReferenceClient::Offer(ClientId id) {
  if (Find(id) == nullptr && peers_.size() < MaxPeers()) {
    NewPeer(id, /*offer=*/true);
  }
}

ReferenceClient::RefPeer* ReferenceClient::Find(PeerHandle handle) {
  const auto it = peers_.find(handle.value());
  return it == peers_.end() ? nullptr : &it->second;
}
ReferenceClient::RefPeer* ReferenceClient::Find(ClientId id) {
  for (auto& [handle, peer] : peers_) {
    if (peer.id == id) return &peer;
  }
  return nullptr;
}

void ReferenceClient::PeerUp(Timestamp now, PeerHandle handle, uint32_t, bool) {
  RefPeer* peer = Find(handle);
  if (peer == nullptr) return;
  peer->up = true;
  SendMap(*peer);
  OnReady(now, *peer);
}

void ReferenceClient::PeerDown(Timestamp now, PeerHandle handle) {
  RefPeer* peer = Find(handle);
  if (peer == nullptr) return;
  GiveUpAll(*peer);
  peers_.erase(handle.value());
  Fill(now);
}

void ReferenceClient::PeerMessage(Timestamp now, PeerHandle handle,
                                  absl::Span<const uint8_t> head,
                                  uint32_t length) {
  RefPeer* peer = Find(handle);
  if (peer == nullptr) return;
  if (head.size() < length) return OnData(now, *peer, head, length);
  FrameReader reader(head);
  while (const std::optional<Frame> frame = reader.Next()) {
    if (frame->tag == Have::kTag) {
      const auto have = Have::Parse(frame->value);
      if (!have) continue;
      if (have->complete) {
        peer->has = *AvailabilityMap::FromBytes(have_.size(), have->map);
      }
      for (const BlockIndex block : have->blocks) peer->has.Set(block);
      OnHave(now, *peer);
    } else if (frame->tag == Request::kTag) {
      const auto request = Request::Parse(frame->value);
      for (const ChunkIndex chunk : request->chunks) {
        if (MayServe(*peer)) peer->owed.push_back(chunk);
      }
      Serve(*peer);
    } else {
      OnFrame(now, *peer, *frame);
    }
  }
}

void ReferenceClient::PeerBuffered(Timestamp, PeerHandle handle,
                                   uint64_t bytes) {
  RefPeer* peer = Find(handle);
  if (peer == nullptr) return;
  peer->buffered = bytes;
  Serve(*peer);
}

void ReferenceClient::SendMap(const RefPeer& peer) {
  Have have{prefix_};
  have.complete = true;
  have.map = have_.ToBytes();
  SendTo(peer, have);
}

void ReferenceClient::Serve(RefPeer& peer) {
  if (!options_.uploads) return;
  while (!peer.owed.empty() && peer.buffered < kHighWater) {
    const ChunkIndex chunk = peer.owed.front();
    peer.owed.pop_front();
    const BlockIndex block = layout().BlockOf(chunk);
    if (!have_.Has(block)) continue;
    const uint32_t in_block = layout().ChunkInBlock(chunk);
    const uint32_t length = layout().ChunkLength(block, in_block);
    peer.buffered += length;
    peer.sent += length;
    Emit(action::SendData{peer.handle, swarm_, prefix_, chunk, block,
                          layout().ChunkOffset(in_block), length});
  }
}

// --- blocks
// -------------------------------------------------------------------

bool ReferenceClient::Wanted(BlockIndex block) const {
  if (have_.Has(block)) return false;
  const auto it = parts_.find(block.value());
  return it == parts_.end() || !it->second.verifying;
}
bool ReferenceClient::Untouched(BlockIndex block) const {
  return !have_.Has(block) && parts_.count(block.value()) == 0;
}

ReferenceClient::Part& ReferenceClient::PartOf(BlockIndex block) {
  Part& part = parts_[block.value()];
  if (part.chunks.empty()) part.chunks.resize(layout().ChunksIn(block));
  return part;
}

size_t ReferenceClient::Ask(Timestamp now, RefPeer& peer, BlockIndex block,
                            size_t most, std::vector<ChunkIndex>& ids) {
  Part& part = PartOf(block);
  size_t asked = 0;
  for (uint32_t c = 0; c < part.chunks.size() && asked < most; ++c) {
    if (part.chunks[c] != Part::kMissing) continue;
    part.chunks[c] = Part::kAsked;
    const ChunkIndex chunk = layout().ChunkAt(block, c);
    peer.asked.push_back({chunk, now});
    ids.push_back(chunk);
    ++asked;
  }
  return asked;
}

void ReferenceClient::GiveUp(RefPeer& peer, size_t i) {
  const ChunkIndex chunk = peer.asked[i].chunk;
  peer.asked.erase(peer.asked.begin() + static_cast<ptrdiff_t>(i));
  const auto part = parts_.find(layout().BlockOf(chunk).value());
  if (part == parts_.end()) return;
  uint8_t& state = part->second.chunks[layout().ChunkInBlock(chunk)];
  if (state == Part::kAsked) state = Part::kMissing;
}

void ReferenceClient::GiveUpAll(RefPeer& peer) {
  while (!peer.asked.empty()) GiveUp(peer, peer.asked.size() - 1);
}

void ReferenceClient::OnData(Timestamp now, RefPeer& peer,
                             absl::Span<const uint8_t> head, uint32_t length) {
  const auto data = Data::Parse(head, length);
  if (!data || !layout().Contains(data->chunk)) return;
  peer.received += data->payload_length;
  const auto asked =
      std::find_if(peer.asked.begin(), peer.asked.end(),
                   [&](const Asked& a) { return a.chunk == data->chunk; });
  if (asked != peer.asked.end()) {
    peer.asked.erase(asked);
    OnRequestEnd(peer, /*expired=*/false);
  }
  const BlockIndex block = layout().BlockOf(data->chunk);
  const uint32_t in_block = layout().ChunkInBlock(data->chunk);
  if (Wanted(block) && PartOf(block).chunks[in_block] != Part::kReceived) {
    Emit(action::Store{swarm_, block, layout().ChunkOffset(in_block),
                       kDataHeaderSize, data->payload_length});
    if (PartOf(block).chunks[in_block] == Part::kAsked) {
      CancelElsewhere(data->chunk);
    }
    Receive(now, block, in_block, /*http=*/false);
  }
  Fill(now);
}

void ReferenceClient::CancelElsewhere(ChunkIndex chunk) {
  for (auto& [handle, peer] : peers_) {
    const size_t erased = std::erase_if(
        peer.asked, [chunk](const Asked& a) { return a.chunk == chunk; });
    if (erased > 0) SendTo(peer, Cancel{prefix_, {chunk}});
  }
}

void ReferenceClient::Receive(Timestamp now, BlockIndex block, uint32_t chunk,
                              bool http) {
  Part& part = PartOf(block);
  part.chunks[chunk] = Part::kReceived;
  (http ? part.http_bytes : part.peer_bytes) +=
      layout().ChunkLength(block, chunk);
  if (++part.received < part.chunks.size()) return;
  if (verifies()) {
    part.verifying = true;
    Emit(action::Verify{swarm_, block});
  } else {
    Commit(now, block);
  }
}

void ReferenceClient::BlockDigest(Timestamp now, BlockIndex block,
                                  const Hash& digest) {
  if (digest == info_->block_hashes[block.value()]) {
    Commit(now, block);
    return;
  }
  parts_.erase(block.value());
  Emit(action::Discard{swarm_, block, false});
  OnBlockLost(block);
  Fill(now);
}

void ReferenceClient::Commit(Timestamp now, BlockIndex block) {
  const Part part = std::move(parts_[block.value()]);
  parts_.erase(block.value());
  have_.Set(block);
  Emit(action::Commit{swarm_, block, part.http_bytes, part.peer_bytes, 0});
  if (have_.all()) {
    AbortFetch();
    Emit(action::SendTracker{SerializeMessage(CompletedDownload{id_})});
  }
  OnBlock(now, block);
  Fill(now);
}

// --- HTTP
// ---------------------------------------------------------------------

void ReferenceClient::FetchBlocks(uint32_t first, uint32_t end) {
  if (http_failures_ >= kMaxHttpFailures) return;
  const uint64_t from = layout().BlockOffset(BlockIndex(first));
  const uint64_t to =
      std::min(layout().size(), uint64_t{end} * layout().block_size());
  fetch_ = HttpFetch{FetchHandle(next_fetch_++), from, to};
  const bool plain = from == 0 && to == layout().size();
  Emit(action::Fetch{fetch_->handle, swarm_, from,
                     plain ? action::kToTheEnd : to - 1});
  PartOf(BlockIndex(first)).by_http = true;
}

void ReferenceClient::AbortFetch() {
  if (!fetch_) return;
  const BlockIndex at =
      layout().BlockAt(std::min(fetch_->position, layout().size() - 1));
  const auto part = parts_.find(at.value());
  if (part != parts_.end()) part->second.by_http = false;
  Emit(action::AbortFetch{fetch_->handle});
  fetch_.reset();
}

void ReferenceClient::FetchBytes(Timestamp now, FetchHandle handle,
                                 uint32_t length) {
  if (!fetch_ || fetch_->handle != handle) return;
  http_failures_ = 0;
  const uint64_t end = fetch_->position + length;
  while (fetch_ && fetch_->position < end) {
    const uint64_t at = fetch_->position;
    const BlockIndex block = layout().BlockAt(at);
    const uint32_t offset =
        static_cast<uint32_t>(at - layout().BlockOffset(block));
    const uint32_t chunk = offset / layout().chunk_size();
    const uint64_t chunk_end = layout().BlockOffset(block) +
                               layout().ChunkOffset(chunk) +
                               layout().ChunkLength(block, chunk);
    fetch_->position = std::min(end, chunk_end);
    if (!Wanted(block)) continue;
    PartOf(block).by_http = fetch_->position < layout().BlockOffset(block) +
                                                   layout().BlockLength(block);
    if (fetch_->position < chunk_end ||
        PartOf(block).chunks[chunk] == Part::kReceived) {
      continue;
    }
    Emit(action::Store{swarm_, block, layout().ChunkOffset(chunk), 0,
                       layout().ChunkLength(block, chunk)});
    Receive(now, block, chunk, /*http=*/true);
  }
}

void ReferenceClient::FetchEnd(Timestamp now, FetchHandle handle, bool ok) {
  if (!fetch_ || fetch_->handle != handle) return;
  const BlockIndex at =
      layout().BlockAt(std::min(fetch_->position, layout().size() - 1));
  const auto part = parts_.find(at.value());
  if (part != parts_.end()) part->second.by_http = false;
  if (!ok) ++http_failures_;
  fetch_.reset();
  Fill(now);
}

}  // namespace peer5::sim
