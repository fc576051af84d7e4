#ifndef PEER5_CORE_SWARM_HANDLE_TABLE_H_
#define PEER5_CORE_SWARM_HANDLE_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace peer5 {

// Owns things by their handle, which the member `kHandle` tells, in the order
// in which they were made: as handles only grow, that is also the handles'
// order. A client has a few dozen: for so few this is as fast as a tree, and
// far less code.
template <typename T, auto kHandle>
class HandleTable {
 public:
  // Its handle is larger than any before it. References to what is in the
  // table stay valid, iterators do not.
  T& Add(std::unique_ptr<T> item) {
    items_.push_back(std::move(item));
    return *items_.back();
  }
  template <typename Handle>
  T* Find(Handle handle) const {
    const size_t at = At(handle);
    return at < items_.size() ? items_[at].get() : nullptr;
  }
  // Null if it is not here.
  template <typename Handle>
  std::unique_ptr<T> Remove(Handle handle) {
    const size_t at = At(handle);
    if (at == items_.size()) return nullptr;
    std::unique_ptr<T> removed = std::move(items_[at]);
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(at));
    return removed;
  }

  size_t size() const { return items_.size(); }
  bool empty() const { return items_.empty(); }
  auto begin() const { return items_.begin(); }
  auto end() const { return items_.end(); }

 private:
  // size() if it is not here.
  template <typename Handle>
  size_t At(Handle handle) const {
    const auto at = std::partition_point(
        items_.begin(), items_.end(), [&](const std::unique_ptr<T>& item) {
          return std::invoke(kHandle, *item) < handle;
        });
    const bool found =
        at != items_.end() && std::invoke(kHandle, **at) == handle;
    return found ? static_cast<size_t>(at - items_.begin()) : items_.size();
  }

  std::vector<std::unique_ptr<T>> items_;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_HANDLE_TABLE_H_
