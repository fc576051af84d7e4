#include "core/swarm/downloader.h"

#include <algorithm>

#include "core/wire/cancel.h"
#include "core/wire/request.h"

namespace peer5 {
namespace {

// A silent peer on a reliable channel: it has stopped serving us.
constexpr Duration kStall = Duration::Seconds(6);
// Memory for unfinished blocks of one swarm, and the least number of them
// whatever their size.
constexpr uint32_t kMaxActiveBytes = 24 * 1024 * 1024;
constexpr uint32_t kMinActiveBlocks = 4;
// In-order reading: unfinished blocks that are not needed soon.
constexpr uint32_t kMaxAhead = 3;
// And bytes asked for and not here yet while HTTP has to bring something at the
// last moment: they would stand before it in the downlink's queue.
constexpr uint64_t kMaxInRush = 1024 * 1024;
// One Request carries at most so many chunk ids; the rest follows in another.
constexpr size_t kMaxIdsPerRequest = 1024;
// On an unreliable channel, an answer is lost once this many later requests
// have been answered (RFC 8985's reordering threshold).
constexpr size_t kReorder = 8;
// Work is taken over only from a peer that would need this much longer.
constexpr double kTakeOverFactor = 2.0;
constexpr double kTakeOverSlack = 0.15;  // seconds
// A peer that has sent something so lately is taken to be in the middle of its
// turn for us: this much is on its way, and can't be called back.
constexpr Duration kServing = Duration::Seconds(1);
constexpr uint32_t kOnItsWay = 192 * 1024;

// When what it has been asked for and `extra` bytes will be here. Who has been
// silent is expected to stay so for as long again: we wait in its line.
double EtaSeconds(Timestamp now, const Link& link, uint32_t extra) {
  const Peer& peer = *link.peer;
  if (peer.window.min_rtt() == Duration::Infinite()) return 1e9;
  const double rate = std::max(peer.window.rate(), 1.0);
  const double eta =
      peer.window.min_rtt().seconds() + (peer.outstanding + extra) / rate;
  return link.pending.empty() ? eta
                              : std::max(eta, (now - link.last_data).seconds());
}

}  // namespace

void Downloader::SetEnabled(bool enabled) {
  if (enabled_ == enabled) return;
  enabled_ = enabled;
  if (enabled) return;
  for (auto& link : links_) CancelAll(*link);
}

bool Downloader::MayAsk(Timestamp now, const Link& link) const {
  return enabled_ && link.active && !link.wont_upload && now >= link.retry_at &&
         !blocks_.complete() && !link.has.none();
}

uint32_t Downloader::Room(Timestamp now, const Link& link) {
  const Peer& peer = *link.peer;
  const uint32_t window = peer.window.bytes();
  if (peer.outstanding >= window) return 0;
  const uint32_t room = window - peer.outstanding;
  // Ask in batches, a quarter of the window each, to save messages.
  if (peer.outstanding > 0 && room < window / 4) return 0;
  if (rush_ && outstanding() >= kMaxInRush) return 0;
  const uint32_t allowed = context_.down.Allowed(now);
  if (allowed == 0) held_until_ = context_.down.ReadyAt(now);
  return std::min(room, allowed);
}

void Downloader::FillAll(Timestamp now) {
  held_until_ = Timestamp::Never();
  for (auto& link : links_) Fill(now, *link);
}

void Downloader::Fill(Timestamp now, Link& link) {
  if (!MayAsk(now, link)) return;
  uint32_t room = Room(now, link);
  if (room == 0) return;
  std::vector<ChunkIndex> ids;
  const uint32_t before = link.peer->outstanding;
  while (ids.size() < kMaxIdsPerRequest &&
         link.peer->outstanding - before < room) {
    BlockAssembly* assembly = NextBlock(link);
    if (assembly == nullptr) break;
    Ask(now, link, *assembly, assembly->NextForPeer(), ids);
  }
  const uint32_t asked = link.peer->outstanding - before;
  if (ids.empty() && TakeOver(now, link, room - asked, ids)) {
    // ids now holds chunks that a slower peer owed us.
  }
  if (ids.empty()) return;
  context_.down.Take(link.peer->outstanding - before);
  context_.SendTo(link.peer->handle, Request{link.prefix, std::move(ids)});
}

void Downloader::Ask(Timestamp now, Link& link, BlockAssembly& assembly,
                     uint32_t chunk, std::vector<ChunkIndex>& ids) {
  const uint32_t length = blocks_.layout().ChunkLength(assembly.block(), chunk);
  const ChunkIndex id = blocks_.layout().ChunkAt(assembly.block(), chunk);
  if (link.pending.empty()) link.last_data = now;
  any_unreliable_ = any_unreliable_ || !link.peer->reliable;
  assembly.Ask(chunk);
  link.pending.Push({id, length, now, link.peer->delivered});
  link.peer->outstanding += length;
  ids.push_back(id);
}

BlockAssembly* Downloader::NextBlock(Link& link) {
  if (BlockAssembly* led = LedBlock(link)) return led;
  if (BlockAssembly* fresh = PickNew(link)) return fresh;
  return OthersMissing(link);
}

BlockAssembly* Downloader::LedBlock(const Link& link) {
  for (auto& [index, assembly] : blocks_.assemblies()) {
    if (assembly.lead == link.peer->handle && assembly.missing() > 0 &&
        assembly.fetch == FetchHandle(0)) {
      return &assembly;
    }
  }
  return nullptr;
}

uint32_t Downloader::MaxActiveBlocks() const {
  return std::max(kMinActiveBlocks,
                  kMaxActiveBytes / blocks_.layout().block_size());
}

bool Downloader::MayPickAhead() const {
  if (!in_order_) return true;
  uint32_t ahead = 0;
  for (const auto& [index, assembly] : blocks_.assemblies()) {
    ahead += urgent_.Contains(index) || assembly.complete() ? 0 : 1;
  }
  return ahead < kMaxAhead;
}

BlockAssembly* Downloader::PickNew(Link& link) {
  if (blocks_.assemblies().size() >= MaxActiveBlocks()) return nullptr;
  const RarityPicker& picker = blocks_.picker();
  std::optional<BlockIndex> block = picker.PickFirst(link.has, urgent_);
  if (!block && !MayPickAhead()) return nullptr;
  if (!block) block = picker.PickRarest(link.has, avoid_, context_.rng);
  if (!block && avoid_.end > avoid_.first) {
    // Only what HTTP is about to bring is left: take it from the far end.
    block = picker.PickRarest(link.has, {}, context_.rng);
  }
  if (!block) return nullptr;
  BlockAssembly& assembly = blocks_.Begin(*block);
  assembly.lead = link.peer->handle;
  return &assembly;
}

// Of those who have a block that one alone is to bring, somebody is silent less
// often. Else a few who never answer would take turns with it for ever.
bool Downloader::OthersAreSooner(const Link& link,
                                 const BlockAssembly& assembly) const {
  return std::any_of(links_.begin(), links_.end(), [&](const auto& other) {
    return other->active && !other->wont_upload &&
           other->stalls < link.stalls && other->has.Has(assembly.block());
  });
}

BlockAssembly* Downloader::OthersMissing(const Link& link) {
  BlockAssembly* best = nullptr;
  for (auto& [index, assembly] : blocks_.assemblies()) {
    if (assembly.missing() == 0) continue;
    if (!blocks_.Wants(assembly.block()) || !link.has.Has(assembly.block())) {
      continue;
    }
    if (assembly.single_source &&
        (assembly.lead != PeerHandle(0) || OthersAreSooner(link, assembly))) {
      continue;
    }
    // HTTP's own come last, or not at all if it does the urgent ones.
    const bool http = assembly.fetch != FetchHandle(0);
    if (http && in_order_) continue;
    const bool best_http = best != nullptr && best->fetch != FetchHandle(0);
    if (best == nullptr || (best_http && !http) ||
        (best_http == http && assembly.missing() > best->missing())) {
      best = &assembly;
    }
  }
  if (best != nullptr && best->lead == PeerHandle(0)) {
    best->lead = link.peer->handle;
  }
  return best;
}

bool Downloader::TakeOver(Timestamp now, Link& link, uint32_t room,
                          std::vector<ChunkIndex>& ids) {
  if (!link.peer->window.measured() || !link.pending.empty()) return false;
  Link* slowest = nullptr;
  double longest = 0;
  for (auto& other : links_) {
    if (other.get() == &link || other->pending.empty()) continue;
    const double eta = EtaSeconds(now, *other, 0);
    if (eta > longest) {
      longest = eta;
      slowest = other.get();
    }
  }
  if (slowest == nullptr) return false;
  // From the end of what it owes: the part it will send last.
  std::vector<ChunkIndex> cancelled;
  uint32_t taken = 0;
  const bool serving = now - slowest->last_data < kServing;
  for (size_t i = slowest->pending.size(); i-- > 0 && taken < room;) {
    const PendingChunk pending = slowest->pending[i];
    if (serving && slowest->peer->outstanding <= kOnItsWay) break;
    const double theirs = EtaSeconds(now, *slowest, 0);
    const double ours = EtaSeconds(now, link, pending.length);
    if (theirs < ours * kTakeOverFactor + kTakeOverSlack) break;
    const BlockIndex block = blocks_.layout().BlockOf(pending.chunk);
    BlockAssembly* assembly = blocks_.Active(block);
    if (assembly == nullptr || !link.has.Has(block) ||
        assembly->single_source) {
      continue;
    }
    Forget(*slowest, i);
    cancelled.push_back(pending.chunk);
    Ask(now, link, *assembly, blocks_.layout().ChunkInBlock(pending.chunk),
        ids);
    taken += pending.length;
  }
  if (cancelled.empty()) return false;
  context_.SendTo(slowest->peer->handle,
                  Cancel{slowest->prefix, std::move(cancelled)});
  return true;
}

void Downloader::Forget(Link& link, size_t i) {
  const PendingChunk pending = link.pending[i];
  link.pending.Erase(i);
  link.peer->outstanding -= pending.length;
  const Layout& layout = blocks_.layout();
  const BlockIndex block = layout.BlockOf(pending.chunk);
  if (BlockAssembly* assembly = blocks_.Active(block)) {
    assembly->Release(layout.ChunkInBlock(pending.chunk));
  }
}

ReceivedChunk Downloader::OnData(Timestamp now, Link& link, ChunkIndex chunk,
                                 uint32_t length) {
  const Layout& layout = blocks_.layout();
  Peer& peer = *link.peer;
  peer.delivered += length;
  peer.down.Add(now, length);
  link.bytes_in += length;
  if (const auto place = link.pending.Find(chunk)) {
    const PendingChunk pending = link.pending[*place];
    Forget(link, *place);
    link.last_data = now;
    link.stalls = 0;
    peer.window.OnDelivered(now, now - pending.sent,
                            peer.delivered - pending.delivered_before,
                            layout.chunk_size());
    if (!peer.reliable && *place >= kReorder) FindLost(now, link, *place);
  }
  const BlockIndex block = layout.BlockOf(chunk);
  const uint32_t in_block = layout.ChunkInBlock(chunk);
  BlockAssembly* assembly = blocks_.Active(block);
  if (assembly == nullptr || assembly->Received(in_block)) return {};
  // Chunks that nobody was asked for are not taken from strangers to the
  // block: only late answers are.
  if (assembly->single_source && assembly->lead != peer.handle) return {};
  return {assembly, in_block};
}

void Downloader::FindLost(Timestamp now, Link& link, size_t answered) {
  // Everything asked well before the answered one and not heard of is lost.
  const Duration window = link.peer->window.srtt() / 4;
  const Timestamp limit =
      link.pending.empty() ? now : now - link.peer->window.srtt() - window;
  bool lost = false;
  for (size_t i = answered; i-- > 0;) {
    if (i >= link.pending.size() || link.pending[i].sent > limit) continue;
    Forget(link, i);
    lost = true;
  }
  if (lost) link.peer->window.OnLoss(now);
}

void Downloader::CancelElsewhere(const Link* from, ChunkIndex chunk) {
  for (auto& other : links_) {
    if (other.get() == from) continue;
    if (const auto place = other->pending.Find(chunk)) {
      Forget(*other, *place);
      context_.SendTo(other->peer->handle, Cancel{other->prefix, {chunk}});
    }
  }
}

void Downloader::OnRefuse(Timestamp now, Link& link,
                          absl::Span<const ChunkIndex> chunks,
                          Duration back_off) {
  if (chunks.empty()) ReleaseAll(link);
  for (const ChunkIndex chunk : chunks) {
    if (const auto place = link.pending.Find(chunk)) Forget(link, *place);
  }
  link.retry_at = now + back_off;
  for (auto& [index, assembly] : blocks_.assemblies()) {
    if (assembly.lead == link.peer->handle) assembly.lead = PeerHandle(0);
  }
}

void Downloader::ReleaseAll(Link& link) {
  while (!link.pending.empty()) Forget(link, link.pending.size() - 1);
  for (auto& [index, assembly] : blocks_.assemblies()) {
    if (assembly.lead == link.peer->handle) assembly.lead = PeerHandle(0);
  }
}

void Downloader::CancelAll(Link& link) {
  if (link.pending.empty()) return;
  ReleaseAll(link);
  context_.SendTo(link.peer->handle, Cancel{link.prefix, {}});
}

void Downloader::ForgetBlock(Link& link, BlockIndex block) {
  std::vector<ChunkIndex> cancelled;
  for (size_t i = link.pending.size(); i-- > 0;) {
    if (blocks_.layout().BlockOf(link.pending[i].chunk) != block) continue;
    cancelled.push_back(link.pending[i].chunk);
    Forget(link, i);
  }
  if (cancelled.empty()) return;
  context_.SendTo(link.peer->handle, Cancel{link.prefix, std::move(cancelled)});
}

void Downloader::CheckLate(Timestamp now) {
  bool released = false;
  for (auto& link : links_) {
    if (link->pending.empty()) continue;
    Peer& peer = *link->peer;
    if (!peer.reliable &&
        link->pending[0].sent + peer.window.Timeout() <= now) {
      while (!link->pending.empty() &&
             link->pending[0].sent + peer.window.Timeout() <= now) {
        Forget(*link, 0);
      }
      peer.window.OnLoss(now);
      released = true;
    }
    if (!link->pending.empty() && link->last_data + kStall <= now) {
      CancelAll(*link);
      link->retry_at = now + kStall;
      if (link->stalls < UINT8_MAX) ++link->stalls;
      peer.window.OnStall(blocks_.layout().chunk_size());
      released = true;
    }
  }
  if (released) FillAll(now);
}

Timestamp Downloader::deadline() const {
  Timestamp next = held_until_;
  if (!any_unreliable_) return next;
  for (const auto& link : links_) {
    if (link->pending.empty() || link->peer->reliable) continue;
    next = std::min(next, link->pending[0].sent + link->peer->window.Timeout());
  }
  return next;
}

uint64_t Downloader::outstanding() const {
  uint64_t sum = 0;
  for (const auto& link : links_) sum += link->peer->outstanding;
  return sum;
}

}  // namespace peer5
