#include "core/swarm/uploader.h"

#include <algorithm>
#include <utility>

#include "absl/algorithm/container.h"
#include "core/swarm/swarm.h"
#include "core/wire/data.h"
#include "core/wire/refuse.h"

namespace peer5 {
namespace {

// What a turn lasts while others wait.
constexpr uint32_t kQuantum = 256 * 1024;
// Of one who only takes.
constexpr uint32_t kTakersQuantum = 128 * 1024;
// Bytes in a channel that are not yet sent: enough that it never runs dry
// while the page is busy, little enough that a Cancel still finds its chunk.
// The browser is to tell when half of it is left.
constexpr uint64_t kHighWater = 128 * 1024;
// Bytes that a peer may have without giving any, and how much more than it has
// given after that.
constexpr uint64_t kCredit = 1024 * 1024;
constexpr uint64_t kMuchMore = 32;
// Silent so often in a row, though asked: not just busy with others.
constexpr uint8_t kNeverAnswers = 3;
// Turns of others after which one who only takes has one.
constexpr int kTurnsOfOthers = 16;
// Chunks one peer may have queued with us: more than any window of ours asks.
constexpr size_t kMaxQueued = 16 * 1024;

}  // namespace

void Uploader::OnRequest(Timestamp now, Link& link,
                         absl::Span<const ChunkIndex> chunks) {
  Peer& peer = *link.peer;
  const BlockTable* blocks = link.swarm->blocks();
  Refuse refuse{link.prefix, RefuseReason::kNotHave, {}};
  for (const ChunkIndex chunk : chunks) {
    const bool have = blocks != nullptr && blocks->layout().Contains(chunk) &&
                      blocks->have().Has(blocks->layout().BlockOf(chunk));
    if (!context_.options.uploads) {
      refuse.reason = RefuseReason::kUploadsOff;
    } else if (have && peer.uploads.size() < kMaxQueued) {
      peer.uploads.push_back({&link, chunk});
      continue;
    } else if (have) {
      refuse.reason = RefuseReason::kLimit;
    }
    refuse.chunks.push_back(chunk);
  }
  if (!refuse.chunks.empty()) context_.SendTo(peer.handle, refuse);
  if (!peer.uploads.empty()) Enqueue(peer);
  Pump(now);
}

void Uploader::OnCancel(Timestamp now, Link& link,
                        absl::Span<const ChunkIndex> chunks) {
  std::erase_if(link.peer->uploads, [&](const UploadRequest& request) {
    return request.link == &link &&
           (chunks.empty() || absl::c_linear_search(chunks, request.chunk));
  });
  Pump(now);
}

void Uploader::OnBuffered(Timestamp now, Peer& peer, uint64_t bytes) {
  width_.OnDrained(peer.buffered - std::min(peer.buffered, bytes));
  peer.buffered = bytes;
  Pump(now);
}

void Uploader::Forget(Link& link) {
  std::erase_if(link.peer->uploads,
                [&](const UploadRequest& r) { return r.link == &link; });
}

void Uploader::Forget(Peer& peer) {
  peer.uploads.clear();
  std::erase(slots_, &peer);
  std::erase(waiting_, &peer);
  peer.queued = false;
}

void Uploader::RefuseAll(Peer& peer) {
  for (Link* link : peer.links) {
    Refuse refuse{link->prefix, RefuseReason::kUploadsOff, {}};
    for (const UploadRequest& request : peer.uploads) {
      if (request.link == link) refuse.chunks.push_back(request.chunk);
    }
    if (!refuse.chunks.empty()) context_.SendTo(peer.handle, refuse);
  }
  Forget(peer);
}

// Who waits in front: those whose turn an empty queue has cut short, since a
// block that is not whole is of no use to anybody; then newcomers, who have
// nothing yet and so can't give; last those who only take.
int Uploader::Rank(const Peer& peer) {
  if (OnlyTakes(peer)) return 3;
  if (peer.quantum > 0 || peer.uploads.empty()) return 0;
  return peer.uploads.front().link->has.none() ? 1 : 2;
}

// Says so, or does not answer, or has had much and has hardly given while we
// lack something: perhaps it has nothing for us, but then others have.
bool Uploader::OnlyTakes(const Peer& peer) {
  if (peer.uploads.empty()) return false;
  const Link& link = *peer.uploads.front().link;
  return link.wont_upload ||
         (link.stalls >= kNeverAnswers && link.bytes_in == 0) ||
         (link.bytes_out > kCredit + link.bytes_in * kMuchMore &&
          !link.swarm->blocks()->complete());
}

void Uploader::Enqueue(Peer& peer) {
  if (peer.queued) return;
  peer.queued = true;
  waiting_.push_back(&peer);
  for (size_t i = waiting_.size() - 1;
       i > 0 && Rank(*waiting_[i - 1]) > Rank(peer); --i) {
    std::swap(waiting_[i - 1], waiting_[i]);
  }
}

// Whose turn is next: of those who only take while nobody else is sent to, or
// has been for long.
Uploader::Waiting::iterator Uploader::Next() {
  if (turns_ >= kTurnsOfOthers) {
    const auto taker =
        absl::c_find_if(waiting_, [](Peer* peer) { return OnlyTakes(*peer); });
    if (taker != waiting_.end()) return taker;
  }
  const auto first = waiting_.begin();
  const bool waits =
      first != waiting_.end() && OnlyTakes(**first) && ServesGivers();
  return waits ? waiting_.end() : first;
}

bool Uploader::ServesGivers() const {
  return absl::c_any_of(slots_, [](const Peer* peer) {
    return !peer->uploads.empty() && !OnlyTakes(*peer);
  });
}

void Uploader::Promote() {
  while (slots_.size() < width_.slots()) {
    const auto next = Next();
    if (next == waiting_.end()) return;
    Peer* peer = *next;
    waiting_.erase(next);
    const bool takes = OnlyTakes(*peer);
    turns_ = takes ? 0 : turns_ + 1;
    if (peer->quantum == 0) peer->quantum = takes ? kTakersQuantum : kQuantum;
    slots_.push_back(peer);
  }
}

bool Uploader::CanSend(const Peer& peer) const {
  return !peer.uploads.empty() && peer.buffered < kHighWater;
}

void Uploader::Pump(Timestamp now) {
  size_t blocked = 0;
  width_.Advance(now, !waiting_.empty());
  Promote();
  while (blocked < slots_.size() && context_.up.Ready(now)) {
    if (next_slot_ >= slots_.size()) next_slot_ = 0;
    Peer& peer = *slots_[next_slot_];
    if (CanSend(peer)) {
      SendOne(now, peer);
      blocked = 0;
    } else {
      ++blocked;
    }
    EndTurnIfDue(next_slot_);
  }
}

void Uploader::EndTurnIfDue(size_t slot) {
  Peer& peer = *slots_[slot];
  const bool idle = peer.uploads.empty();
  const bool wanted = !waiting_.empty() || (OnlyTakes(peer) && ServesGivers());
  if (!idle && (peer.quantum > 0 || !wanted)) {
    ++next_slot_;
    return;
  }
  slots_.erase(slots_.begin() + static_cast<ptrdiff_t>(slot));
  peer.queued = false;
  if (!idle) Enqueue(peer);
  Promote();
}

void Uploader::SendOne(Timestamp now, Peer& peer) {
  const UploadRequest request = peer.uploads.front();
  peer.uploads.erase(peer.uploads.begin());
  Link& link = *request.link;
  const BlockTable& blocks = *link.swarm->blocks();
  const Layout& layout = blocks.layout();
  const BlockIndex block = layout.BlockOf(request.chunk);
  if (!blocks.have().Has(block)) {  // lost since
    context_.SendTo(
        peer.handle,
        Refuse{link.prefix, RefuseReason::kNotHave, {request.chunk}});
    return;
  }
  const uint32_t in_block = layout.ChunkInBlock(request.chunk);
  const uint32_t length = layout.ChunkLength(block, in_block);
  context_.Emit(action::SendData{peer.handle, link.swarm->handle(), link.prefix,
                                 request.chunk, block,
                                 layout.ChunkOffset(in_block), length});
  const uint32_t message = kDataHeaderSize + length;
  peer.buffered += message;
  peer.quantum -= std::min(peer.quantum, message);
  context_.up.Take(message);
  peer.up.Add(now, length);
  link.bytes_out += length;
  link.swarm->OnUploaded(now, length);
}

Timestamp Uploader::deadline(Timestamp now) {
  if (!context_.up.limited()) return Timestamp::Never();
  for (const Peer* peer : slots_) {
    if (CanSend(*peer)) return context_.up.ReadyAt(now);
  }
  return Timestamp::Never();
}

}  // namespace peer5
