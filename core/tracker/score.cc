#include "core/tracker/score.h"

#include <algorithm>
#include <cmath>

namespace peer5 {
namespace {

// What a factor is worth while nothing is known of it.
constexpr double kUnknown = 0.5;

bool CanGive(const Party& giver, const Party& taker) {
  return giver.client.uploads && !taker.share.seeder;
}

// What the receiver would get counts twice as much as what it would give.
double Chunks(const Party& receiver, const Party& candidate) {
  const double gets = CanGive(candidate, receiver)
                          ? AvailabilitySketch::Offers(candidate.share.have,
                                                       receiver.share.have)
                          : 0;
  const double gives = CanGive(receiver, candidate)
                           ? AvailabilitySketch::Offers(receiver.share.have,
                                                        candidate.share.have)
                           : 0;
  if (receiver.share.seeder) return gives;
  return (2 * gets + gives) / 3;
}

double Near(const ClientTraits& a, const ClientTraits& b) {
  switch (Between(a.address, b.address)) {
    case Locality::kNetwork:
      return 1;
    case Locality::kPrefix:
      return 0.85;
    case Locality::kIsp:
      return 0.7;
    case Locality::kCountry:
      return 0.35;
    case Locality::kAnywhere:
      break;
  }
  return 0;
}

// Logarithmic between 32 KiB/s, which helps nobody, and 32 MiB/s.
double Bandwidth(const ClientTraits& client) {
  if (!client.reported || client.up_rate <= 0) return kUnknown;
  return std::clamp(std::log2(client.up_rate / 32768) / 10, 0.0, 1.0);
}

// A page whose turn comes late sends late, however fast its line is.
double Idle(const ClientTraits& client) { return 1 - client.load / 255.0; }

double Room(const ClientTraits& client, uint32_t capacity) {
  return 1 - std::min(1.0, static_cast<double>(client.connections) / capacity);
}

// The longer somebody has stayed, the longer they are likely to (the usual
// finding on session lengths); half the value after two minutes.
double Lifetime(Timestamp now, const ClientTraits& client) {
  const double age = std::max(0.0, (now - client.since).seconds());
  return age / (age + 120);
}

// 5% of loss or a second of delay is as bad as it gets.
double Uncongested(const ClientTraits& client) {
  if (!client.reported) return kUnknown;
  return 1 - std::clamp(client.loss * 20 + client.delay.seconds(), 0.0, 1.0);
}

// A few megabytes of credit, so that newcomers aren't free riders.
double Share(const ClientTraits& client) {
  constexpr double kCredit = 4 << 20;
  const double ratio = (static_cast<double>(client.uploaded) + kCredit) /
                       (static_cast<double>(client.downloaded) + kCredit);
  return std::min(1.0, ratio);
}

}  // namespace

bool CanHelp(const Party& a, const Party& b) {
  return CanGive(a, b) || CanGive(b, a);
}

double Score(Timestamp now, const Party& receiver, const Party& candidate,
             const MatchWeights& weights, uint32_t capacity) {
  const ClientTraits& client = candidate.client;
  return weights.chunks * Chunks(receiver, candidate) +
         weights.locality * Near(receiver.client, client) +
         weights.bandwidth * Bandwidth(client) + weights.load * Idle(client) +
         weights.room * Room(client, capacity) +
         weights.lifetime * Lifetime(now, client) +
         weights.congestion * Uncongested(client) +
         weights.metered * (client.metered || !client.uploads ? 0 : 1) +
         weights.share * Share(client);
}

}  // namespace peer5
