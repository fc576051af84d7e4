#include "tests/sim/reference/y2013.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/wire/request.h"

namespace peer5::sim {
namespace {

constexpr Duration kExpiry = Duration::Millis(1500);
constexpr double kMaxWindow = 200;  // chunks
constexpr Duration kAskEvery = Duration::Seconds(5);

}  // namespace

void Y2013Client::OnMatch(Timestamp, const Match& match) {
  std::vector<ClientId> offered;
  for (const Match::Candidate& candidate : match.candidates) {
    if (candidate.flags & Match::kYouOffer) offered.push_back(candidate.peer);
  }
  if (offered.empty() || !peers_.empty()) return;
  Offer(offered[rng_.Below(static_cast<uint32_t>(offered.size()))]);
}

void Y2013Client::OnTick(Timestamp now) {
  for (auto& [handle, peer] : peers_) {
    bool expired = false;
    for (size_t i = peer.asked.size(); i-- > 0;) {
      if (peer.asked[i].at + kExpiry > now) continue;
      GiveUp(peer, i);
      expired = true;
    }
    if (expired) OnRequestEnd(peer, /*expired=*/true);
  }
  if (peers_.empty() && !have_.all() && now >= asked_for_peers_) {
    asked_for_peers_ = now + kAskEvery;
    WantPeers(1);
  }
  Fill(now);
}

void Y2013Client::OnRequestEnd(RefPeer& peer, bool expired) {
  peer.window = expired ? std::max(1.0, peer.window / 2)
                        : std::min(kMaxWindow, peer.window + 1);
}

void Y2013Client::OnBlock(Timestamp, BlockIndex) {
  for (auto& [handle, peer] : peers_) {
    if (peer.up) SendMap(peer);
  }
}

void Y2013Client::Fill(Timestamp now) {
  if (have_.all()) return;
  for (auto& [handle, peer] : peers_) {
    if (peer.up) FillPeer(now, peer);
  }
  if (!fetch_) FillHttp();
}

void Y2013Client::FillPeer(Timestamp now, RefPeer& peer) {
  std::vector<ChunkIndex> ids;
  size_t room = static_cast<size_t>(peer.window);
  room = room > peer.asked.size() ? room - peer.asked.size() : 0;
  for (uint32_t b = 0; b < have_.size() && room > 0; ++b) {
    const BlockIndex block(b);
    if (!peer.has.Has(block) || !Wanted(block)) continue;
    if (parts_.count(b) > 0 && parts_[b].by_http) continue;
    room -= Ask(now, peer, block, room, ids);
  }
  if (!ids.empty()) SendTo(peer, Request{prefix_, std::move(ids)});
}

void Y2013Client::FillHttp() {
  for (uint32_t b = 0; b < have_.size(); ++b) {
    if (!Untouched(BlockIndex(b))) continue;
    uint32_t end = b;
    while (end < have_.size() && Untouched(BlockIndex(end))) ++end;
    FetchBlocks(b, end);
    return;
  }
}

}  // namespace peer5::sim
