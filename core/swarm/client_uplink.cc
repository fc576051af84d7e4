// How the client finds out whether its uploads stand in the way.

#include <algorithm>

#include "core/swarm/client_impl.h"
#include "core/wire/ping.h"

namespace peer5 {
namespace {

constexpr Duration kRoundEvery = Duration::Seconds(1);
// Peers in a round. All of them being late on their own is unlikely.
constexpr int kProbes = 3;

// Neither side's data stands before a ping or its answer.
bool IsIdle(const Peer& peer) {
  return peer.state == Peer::State::kReady && !peer.ping_open &&
         peer.uploads.empty() && peer.buffered == 0 && peer.outstanding == 0 &&
         peer.least_rtt != Duration::Infinite();
}

}  // namespace

void ClientImpl::SendPing(Timestamp now, Peer& peer) {
  peer.ping_sent = now;
  peer.ping_open = true;
  context_.SendTo(peer.handle, Ping{++peer.ping_nonce});
}

void ClientImpl::ProbeUplink(Timestamp now) {
  if (now < next_round_) return;
  next_round_ = now + kRoundEvery;
  Duration delay = Duration::Infinite();
  double rate = 0;
  for (auto& peer : peers_) {
    rate += peer->up.BytesPerSecond(now);
    if (!peer->probes_uplink) continue;
    peer->probes_uplink = false;
    const Duration rtt = peer->ping_open ? now - peer->ping_sent : peer->rtt;
    delay = std::min(delay, rtt - peer->least_rtt);
  }
  if (delay != Duration::Infinite()) {
    yield_.OnRound(delay, rate);
  } else {
    yield_.OnNoRound();
  }
  context_.up.SetRate(now, yield_.Limit(context_.options.up_limit));
  if (rate == 0 || rate > UplinkYield::kSlow) return;
  int left = kProbes;
  for (auto& peer : peers_) {
    if (!IsIdle(*peer)) continue;
    peer->probes_uplink = true;
    SendPing(now, *peer);
    if (--left == 0) break;
  }
}

}  // namespace peer5
