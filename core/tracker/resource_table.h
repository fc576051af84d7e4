#ifndef PEER5_CORE_TRACKER_RESOURCE_TABLE_H_
#define PEER5_CORE_TRACKER_RESOURCE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "core/content/file_info.h"
#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/tracker/fifo_timers.h"
#include "core/tracker/handles.h"

namespace peer5 {

// Somebody whose join waits for a resource.
struct Waiter {
  ConnHandle conn;
  uint32_t ref;
};

// What is known of URLs that clients have named.
//
//            Wait (ask the caller)       Ready
//   unknown ----------------------> asked -----> fresh
//      ^                            |  ^           | resource_fresh later
//      +------------ Failed --------+  +-- Wait -- (unknown again)
class ResourceTable {
 public:
  explicit ResourceTable(Duration fresh) : fresh_(fresh), expiries_(fresh) {}

  struct Vouched {
    std::shared_ptr<const FileInfo> info;
    SwarmId id;
  };

  // Null unless it is fresh.
  const Vouched* Find(std::string_view url) const;
  // Adds a waiter; true if nobody has asked for this URL yet.
  bool Wait(const std::string& url, Waiter waiter);
  // Each returns those who waited, in the order in which they came.
  std::vector<Waiter> Ready(Timestamp now, const std::string& url,
                            Vouched vouched);
  std::vector<Waiter> Failed(const std::string& url);

  size_t size() const { return entries_.size(); }
  Timestamp deadline() const { return expiries_.next(); }
  void Advance(Timestamp now);

 private:
  struct Entry {
    Vouched vouched;  // info is null while it is asked for
    Timestamp fresh_until;
    std::vector<Waiter> waiters;
  };

  absl::btree_map<std::string, Entry> entries_;
  Duration fresh_;
  FifoTimers<std::string> expiries_;
};

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_RESOURCE_TABLE_H_
