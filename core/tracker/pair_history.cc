#include "core/tracker/pair_history.h"

namespace peer5 {
namespace {

// What is assumed of a pair that nobody has tried: as many attempts, with this
// success, as it takes for a real failure rate to show through soon.
constexpr double kPriorAttempts = 5;
constexpr double kPriorRate = 0.95;
// Below this success, after so many attempts, there is no point in trying.
constexpr double kHopeless = 0.05;
constexpr double kEnoughAttempts = 30;

double Blend(double connected, double total, double prior) {
  return (connected + kPriorAttempts * prior) / (total + kPriorAttempts);
}

}  // namespace

PairHistory::Key PairHistory::KeyOf(Browser a, Browser b) {
  return a < b ? Key(a, b) : Key(b, a);
}

void PairHistory::Add(Tally& tally, bool connected) {
  if (tally.total() >= kMemory) {
    tally.connected /= 2;
    tally.failed /= 2;
  }
  (connected ? tally.connected : tally.failed) += 1;
}

void PairHistory::Observe(Browser a, Browser b, bool connected) {
  const Key versions = KeyOf(a, b);
  Add(by_vendor_[KeyOf({a.vendor, 0}, {b.vendor, 0})], connected);
  const auto known = by_version_.find(versions);
  if (known != by_version_.end()) {
    Add(known->second, connected);
  } else if (by_version_.size() < kMaxPairs) {
    Add(by_version_[versions], connected);
  }
}

std::vector<PairHistory::VendorPair> PairHistory::ByVendor() const {
  std::vector<VendorPair> pairs;
  pairs.reserve(by_vendor_.size());
  for (const auto& [key, tally] : by_vendor_) {
    pairs.push_back({.a = key.first.vendor,
                     .b = key.second.vendor,
                     .connected = tally.connected,
                     .failed = tally.failed});
  }
  return pairs;
}

double PairHistory::VendorRate(const Key& versions) const {
  const auto found = by_vendor_.find(
      KeyOf({versions.first.vendor, 0}, {versions.second.vendor, 0}));
  if (found == by_vendor_.end()) return kPriorRate;
  return Blend(found->second.connected, found->second.total(), kPriorRate);
}

double PairHistory::SuccessRate(Browser a, Browser b) const {
  const Key versions = KeyOf(a, b);
  const double prior = VendorRate(versions);
  const auto found = by_version_.find(versions);
  if (found == by_version_.end()) return prior;
  return Blend(found->second.connected, found->second.total(), prior);
}

bool PairHistory::NeverConnect(uint8_t vendor_a, uint8_t vendor_b) const {
  const auto found = by_vendor_.find(KeyOf({vendor_a, 0}, {vendor_b, 0}));
  return found != by_vendor_.end() &&
         found->second.total() >= kEnoughAttempts &&
         found->second.connected < kHopeless * found->second.total();
}

}  // namespace peer5
