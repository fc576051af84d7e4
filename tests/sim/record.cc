#include "tests/sim/record.h"

#include <cstdio>

namespace peer5::sim {
namespace {

uint64_t Mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

}  // namespace

void Record::Hash(const Event& event) {
  const uint64_t what = static_cast<uint64_t>(event.kind) << 56 ^
                        uint64_t { event.a } << 24 ^ event.b;
  hash_ = Mix(hash_ ^ what) + static_cast<uint64_t>(event.time.micros());
}

void Record::Line(Timestamp time, uint32_t node, const std::string& text) {
  if (!keep_lines_) return;
  char head[32];
  std::snprintf(head, sizeof head, "%9.3f p%u ",
                static_cast<double>(time.micros()) / 1e6, node);
  lines_ += head + text + "\n";
}

}  // namespace peer5::sim
