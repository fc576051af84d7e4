#ifndef PEER5_TESTS_SIM_RECORD_H_
#define PEER5_TESTS_SIM_RECORD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/content/time.h"
#include "tests/sim/event_queue.h"

namespace peer5::sim {

// What happened in each second of a run.
struct Second {
  uint64_t peer_payload = 0;  // put on peers' uplinks
  uint64_t server_bytes = 0;
  double capacity = 0;  // what the uplinks of those present would take
  uint32_t present = 0;
  uint32_t completed = 0;  // so far
  // That the mesh has fallen into; counted where there are ISPs.
  uint32_t parts = 0;
};

// The story of a run: a hash of every event, and, for small scenarios, lines
// that can be read and compared with golden ones.
class Record {
 public:
  explicit Record(bool keep_lines) : keep_lines_(keep_lines) {}

  void Hash(const Event& event);
  uint64_t hash() const { return hash_; }

  bool keeps_lines() const { return keep_lines_; }
  // "  1.234 p3 text"
  void Line(Timestamp time, uint32_t node, const std::string& text);
  const std::string& lines() const { return lines_; }

  std::vector<Second> seconds;

 private:
  bool keep_lines_;
  uint64_t hash_ = 0;
  std::string lines_;
};

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_RECORD_H_
