#ifndef PEER5_CORE_TRACKER_PAIR_HISTORY_H_
#define PEER5_CORE_TRACKER_PAIR_HISTORY_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"

namespace peer5 {

struct Browser {
  uint8_t vendor = 0;  // BrowserVendor of core/wire
  uint16_t version = 0;

  friend auto operator<=>(const Browser&, const Browser&) = default;
};

// How often two browsers have managed to connect, as clients report it: by
// vendors, and by vendors and versions where there have been enough attempts.
// Old attempts fade, because browsers get repaired.
class PairHistory {
 public:
  void Observe(Browser a, Browser b, bool connected);
  // Of two vendors, the first the lesser number. Fractions, as old attempts
  // count for less.
  struct VendorPair {
    uint8_t a;
    uint8_t b;
    double connected;
    double failed;
  };
  std::vector<VendorPair> ByVendor() const;
  // 0 to 1; near 1 while nothing is known.
  double SuccessRate(Browser a, Browser b) const;
  // Almost every one of many attempts failed.
  bool NeverConnect(uint8_t vendor_a, uint8_t vendor_b) const;

 private:
  struct Tally {
    double connected = 0;
    double failed = 0;
    double total() const { return connected + failed; }
  };
  using Key = std::pair<Browser, Browser>;

  // All browsers of the last years in all combinations; further ones are
  // judged by their vendors.
  static constexpr size_t kMaxPairs = 4096;
  // After so many attempts the older half of what is known counts half.
  static constexpr double kMemory = 200;

  static Key KeyOf(Browser a, Browser b);
  static void Add(Tally& tally, bool connected);
  double VendorRate(const Key& versions) const;

  absl::btree_map<Key, Tally> by_version_;
  absl::btree_map<Key, Tally> by_vendor_;  // versions are 0
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_PAIR_HISTORY_H_
