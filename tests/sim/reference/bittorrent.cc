#include "tests/sim/reference/bittorrent.h"

#include <algorithm>
#include <utility>

#include "core/wire/cancel.h"
#include "core/wire/have.h"
#include "core/wire/request.h"

namespace peer5::sim {
namespace {

constexpr int kUnchoked = 4;  // of those that give most; and one more
constexpr int kRechokeEvery = 10;
constexpr int kOptimisticEvery = 30;
constexpr double kQueueSeconds = 3;
constexpr size_t kLeastQueue = 4;
constexpr size_t kMostQueue = 250;
constexpr Duration kSnubbed = Duration::Seconds(60);
constexpr int kAskForPeersEvery = 5;
constexpr uint8_t kWantedAtATime = 20;

// BitTorrent's own messages, which the product's wire does not have.
struct Signal {
  static constexpr uint8_t kTag = 0x70;
  enum What : uint8_t { kChoke, kUnchoke, kInterested, kNotInterested };
  What what;
  void SerializeTo(Writer& writer) const {
    writer.Begin(kTag);
    writer.U8(what);
    writer.End();
  }
};

}  // namespace

void BitTorrentClient::OnMatch(Timestamp, const Match& match) {
  for (const Match::Candidate& candidate : match.candidates) {
    if (candidate.flags & Match::kYouOffer) Offer(candidate.peer);
  }
}

void BitTorrentClient::OnTick(Timestamp now) {
  std::fill(count_.begin(), count_.end(), 0);
  for (auto& [handle, peer] : peers_) {
    peer.rate = 0.8 * peer.rate + 0.2 * static_cast<double>(peer.received);
    peer.received = 0;
    while (!peer.asked.empty() && peer.asked.front().at + kSnubbed <= now) {
      GiveUp(peer, 0);
    }
    for (uint32_t b = 0; b < have_.size(); ++b) {
      count_[b] += peer.has.Has(BlockIndex(b)) ? 1 : 0;
    }
  }
  ++seconds_;
  if (seconds_ % kRechokeEvery == 1) {
    Rechoke(seconds_ % kOptimisticEvery == 1);
  }
  if (!have_.all() && seconds_ % kAskForPeersEvery == 0 &&
      peers_.size() < MaxPeers() && peers_.size() < swarm_peers_) {
    WantPeers(kWantedAtATime);
  }
  Fill(now);
}

void BitTorrentClient::Rechoke(bool optimistic) {
  std::vector<RefPeer*> ranked;
  for (auto& [handle, peer] : peers_) {
    if (peer.up && peer.interested) ranked.push_back(&peer);
  }
  // Seeds have nothing to get: they serve those that take fastest.
  const bool seed = have_.all();
  std::stable_sort(ranked.begin(), ranked.end(),
                   [seed](const RefPeer* a, const RefPeer* b) {
                     return seed ? a->sent > b->sent : a->rate > b->rate;
                   });
  if (optimistic || Find(optimistic_) == nullptr) {
    const size_t chance = ranked.size() > kUnchoked ? kUnchoked : 0;
    optimistic_ =
        ranked.empty()
            ? PeerHandle(0)
            : ranked[chance +
                     rng_.Below(static_cast<uint32_t>(ranked.size() - chance))]
                  ->handle;
  }
  for (auto& [handle, peer] : peers_) peer.sent = 0;
  int unchoked = 0;
  for (RefPeer* peer : ranked) {
    const bool chosen = unchoked < kUnchoked || peer->handle == optimistic_;
    if (chosen && peer->handle != optimistic_) ++unchoked;
    SetChoked(*peer, !chosen);
  }
}

void BitTorrentClient::SetChoked(RefPeer& peer, bool choked) {
  if (peer.choked == choked) return;
  peer.choked = choked;
  if (choked) peer.owed.clear();
  SendTo(peer, Signal{choked ? Signal::kChoke : Signal::kUnchoke});
}

void BitTorrentClient::OnReady(Timestamp now, RefPeer&) { Fill(now); }

void BitTorrentClient::UpdateInterest(RefPeer& peer) {
  bool interesting = false;
  for (size_t w = 0; w < have_.words().size() && !interesting; ++w) {
    interesting = (peer.has.words()[w] & ~have_.words()[w]) != 0;
  }
  if (interesting == peer.we_are_interested) return;
  peer.we_are_interested = interesting;
  SendTo(peer,
         Signal{interesting ? Signal::kInterested : Signal::kNotInterested});
}

void BitTorrentClient::OnFrame(Timestamp now, RefPeer& peer,
                               const Frame& frame) {
  if (frame.tag == Cancel::kTag) {
    const auto cancel = Cancel::Parse(frame.value);
    std::erase_if(peer.owed, [&](ChunkIndex chunk) {
      return std::count(cancel->chunks.begin(), cancel->chunks.end(), chunk) >
             0;
    });
  }
  if (frame.tag != Signal::kTag || frame.value.size() != 1) return;
  switch (frame.value[0]) {
    case Signal::kChoke:
      peer.choking_us = true;
      GiveUpAll(peer);
      break;
    case Signal::kUnchoke:
      peer.choking_us = false;
      break;
    case Signal::kInterested: {
      peer.interested = true;
      int unchoked = 0;
      for (const auto& [handle, other] : peers_) unchoked += !other.choked;
      if (unchoked <= kUnchoked) SetChoked(peer, false);
      break;
    }
    default:
      peer.interested = false;
      SetChoked(peer, true);
      break;
  }
  Fill(now);
}

void BitTorrentClient::OnHave(Timestamp now, RefPeer& peer) {
  UpdateInterest(peer);
  if (peer.up && !have_.all()) FillPeer(now, peer);
}

void BitTorrentClient::OnBlock(Timestamp, BlockIndex block) {
  for (auto& [handle, peer] : peers_) {
    if (!peer.up) continue;
    Have have{prefix_};
    have.blocks.push_back(block);
    SendTo(peer, have);
    UpdateInterest(peer);
  }
}

void BitTorrentClient::Fill(Timestamp now) {
  if (have_.all()) return;
  for (auto& [handle, peer] : peers_) {
    if (peer.up) FillPeer(now, peer);
  }
  if (fetch_) return;
  auto block = PickRarest(nullptr);
  if (!block) block = PickBegun(nullptr);
  if (block) FetchBlocks(block->value(), block->value() + 1);
}

void BitTorrentClient::FillPeer(Timestamp now, RefPeer& peer) {
  if (peer.choking_us) return;
  const double queue = kQueueSeconds * peer.rate / layout().chunk_size();
  const size_t target =
      std::clamp(static_cast<size_t>(queue), kLeastQueue, kMostQueue);
  if (peer.asked.size() >= target) return;
  std::vector<ChunkIndex> ids;
  while (peer.asked.size() < target) {
    auto block = PickBegun(&peer.has);
    if (!block) block = PickRarest(&peer.has);
    if (!block) break;
    Ask(now, peer, *block, target - peer.asked.size(), ids);
  }
  if (ids.empty() && peer.asked.empty() && !PickRarest(nullptr) &&
      !PickBegun(nullptr)) {
    EndGame(now, peer, ids);
  }
  if (!ids.empty()) SendTo(peer, Request{prefix_, std::move(ids)});
}

// A block some of whose chunks nobody is asked for.
std::optional<BlockIndex> BitTorrentClient::PickBegun(
    const AvailabilityMap* has) {
  for (const auto& [index, part] : parts_) {
    if (part.verifying || part.by_http) continue;
    if (has != nullptr && !has->Has(BlockIndex(index))) continue;
    if (std::count(part.chunks.begin(), part.chunks.end(), Part::kMissing) >
        0) {
      return BlockIndex(index);
    }
  }
  return std::nullopt;
}

// The rarest that nobody is asked for; of equally rare ones, each with the
// same chance. Null `has`: the origin, which has all.
std::optional<BlockIndex> BitTorrentClient::PickRarest(
    const AvailabilityMap* has) {
  std::optional<BlockIndex> best;
  uint32_t equals = 0;
  for (uint32_t b = 0; b < have_.size(); ++b) {
    const BlockIndex block(b);
    if ((has != nullptr && !has->Has(block)) || !Untouched(block)) continue;
    if (!best || count_[b] < count_[best->value()]) {
      best = block;
      equals = 1;
    } else if (count_[b] == count_[best->value()] &&
               rng_.Below(++equals) == 0) {
      best = block;
    }
  }
  return best;
}

void BitTorrentClient::EndGame(Timestamp now, RefPeer& peer,
                               std::vector<ChunkIndex>& ids) {
  for (const auto& [index, part] : parts_) {
    if (part.verifying || !peer.has.Has(BlockIndex(index))) continue;
    for (uint32_t c = 0; c < part.chunks.size(); ++c) {
      if (part.chunks[c] != Part::kAsked || ids.size() >= kLeastQueue) continue;
      const ChunkIndex chunk = layout().ChunkAt(BlockIndex(index), c);
      peer.asked.push_back({chunk, now});
      ids.push_back(chunk);
    }
  }
}

}  // namespace peer5::sim
