#ifndef PEER5_CORE_CONTENT_RNG_H_
#define PEER5_CORE_CONTENT_RNG_H_

#include <cstdint>

namespace peer5 {

// SplitMix64 (Steele, Lea, Flood 2014): small, seedable, good enough to spread
// load; never for secrets.
class Rng {
 public:
  explicit Rng(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  // Uniform in [0, n); n > 0.
  uint32_t Below(uint32_t n) {
    return static_cast<uint32_t>(((Next() >> 32) * n) >> 32);
  }
  // Uniform in [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }

 private:
  uint64_t state_;
};

}  // namespace peer5

#endif  // PEER5_CORE_CONTENT_RNG_H_
