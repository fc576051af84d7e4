#include "core/swarm/client.h"

#include "core/swarm/client_impl.h"

namespace peer5 {

Client::Client(const ClientOptions& options, ActionSink& sink)
    : impl_(std::make_unique<ClientImpl>(options, sink)) {}
Client::~Client() = default;

SwarmHandle Client::Open(Timestamp now, const SwarmOptions& options) {
  return impl_->Open(now, options);
}
SwarmHandle Client::Share(Timestamp now, FileInfo info) {
  return impl_->Share(now, std::move(info));
}

void Client::SetFileInfo(Timestamp now, SwarmHandle swarm, FileInfo info) {
  if (Swarm* s = impl_->Find(swarm)) {
    const SwarmId root = info.ComputeRoot();
    s->OnInfo(now, std::move(info), root);
  }
}
void Client::NoManifest(Timestamp now, SwarmHandle swarm) {
  if (Swarm* s = impl_->Find(swarm)) {
    s->OnNoInfo(now, SwarmErrorCode::kNotFound);
  }
}
void Client::OfferStored(Timestamp now, SwarmHandle swarm,
                         std::optional<FileInfo> info) {
  if (Swarm* s = impl_->Find(swarm)) s->OfferStored(now, std::move(info));
}
void Client::HaveStored(Timestamp now, SwarmHandle swarm,
                        const AvailabilityMap& blocks) {
  if (Swarm* s = impl_->Find(swarm)) s->HaveStored(now, blocks);
}
void Client::SetPlayback(Timestamp now, SwarmHandle swarm, uint64_t position,
                         Timestamp position_due, double bytes_per_second) {
  if (Swarm* s = impl_->Find(swarm)) {
    s->SetPlayback(now, position, position_due, bytes_per_second);
  }
}
void Client::Pause(Timestamp now, SwarmHandle swarm) {
  if (Swarm* s = impl_->Find(swarm)) s->Pause(now);
}
void Client::Resume(Timestamp now, SwarmHandle swarm) {
  if (Swarm* s = impl_->Find(swarm)) s->Resume(now);
}
void Client::Close(Timestamp now, SwarmHandle swarm) {
  impl_->Close(now, swarm);
}
void Client::SetOptions(Timestamp now, const ClientOptions& options) {
  impl_->SetOptions(now, options);
}

void Client::FetchHead(Timestamp now, FetchHandle fetch, const HttpHead& head) {
  if (Swarm* s = impl_->FetchOwner(fetch)) s->OnFetchHead(now, head);
  impl_->JoinLate(now);
}
void Client::FetchBytes(Timestamp now, FetchHandle fetch, uint32_t length) {
  if (Swarm* s = impl_->FetchOwner(fetch)) s->OnFetchBytes(now, length);
}
void Client::FetchEnd(Timestamp now, FetchHandle fetch, bool ok) {
  if (Swarm* s = impl_->FetchOwner(fetch)) s->OnFetchEnd(now, ok);
}

void Client::PeerUp(Timestamp now, PeerHandle peer, uint32_t max_message,
                    bool reliable) {
  impl_->PeerUp(now, peer, max_message, reliable);
}
void Client::PeerDown(Timestamp now, PeerHandle peer) {
  impl_->PeerDown(now, peer);
}
void Client::PeerMessage(Timestamp now, PeerHandle peer,
                         absl::Span<const uint8_t> head, uint32_t length) {
  impl_->PeerMessage(now, peer, head, length);
}
void Client::PeerBuffered(Timestamp now, PeerHandle peer, uint64_t bytes) {
  impl_->PeerBuffered(now, peer, bytes);
}
void Client::LocalSignal(Timestamp now, PeerHandle peer, SdpKind kind,
                         std::string text) {
  impl_->LocalSignal(now, peer, kind, std::move(text));
}

void Client::SetLoad(uint8_t load) { impl_->SetLoad(load); }

void Client::TrackerUp(Timestamp now) { impl_->TrackerUp(now); }
void Client::TrackerDown(Timestamp now) { impl_->TrackerDown(now); }
void Client::TrackerMessage(Timestamp now, absl::Span<const uint8_t> message) {
  impl_->TrackerMessage(now, message);
}

void Client::BlockDigest(Timestamp now, SwarmHandle swarm, BlockIndex block,
                         const Hash& digest) {
  if (Swarm* s = impl_->Find(swarm)) s->OnDigest(now, block, digest);
}
void Client::SuspectChunk(Timestamp now, SwarmHandle swarm, BlockIndex block,
                          uint32_t chunk_in_block) {
  if (Swarm* s = impl_->Find(swarm)) {
    s->OnSuspectChunk(now, block, chunk_in_block);
  }
}
void Client::BlockLost(Timestamp now, SwarmHandle swarm, BlockIndex block) {
  if (Swarm* s = impl_->Find(swarm)) s->OnBlockLost(now, block);
}

Timestamp Client::deadline() const { return impl_->deadline(); }
void Client::Advance(Timestamp now) { impl_->Advance(now); }
void Client::Settle() { impl_->DropDoomed(); }

const FileInfo* Client::file_info(SwarmHandle swarm) const {
  const Swarm* s = impl_->Find(swarm);
  return s == nullptr ? nullptr : s->info();
}
Client::SwarmStats Client::stats(SwarmHandle swarm) const {
  const Swarm* s = impl_->Find(swarm);
  if (s == nullptr) return {};
  SwarmStats stats = s->stats();
  stats.banned = impl_->banned();
  return stats;
}
uint32_t Client::peer_blocks(SwarmHandle swarm, PeerHandle peer) const {
  const Swarm* s = impl_->Find(swarm);
  if (s == nullptr) return 0;
  for (const auto& link : s->links()) {
    if (link->peer->handle == peer) return link->has.count();
  }
  return 0;
}

}  // namespace peer5
