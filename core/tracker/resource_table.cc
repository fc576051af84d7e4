#include "core/tracker/resource_table.h"

#include <utility>

namespace peer5 {

const ResourceTable::Vouched* ResourceTable::Find(std::string_view url) const {
  const auto found = entries_.find(url);
  if (found == entries_.end() || found->second.vouched.info == nullptr) {
    return nullptr;
  }
  return &found->second.vouched;
}

bool ResourceTable::Wait(const std::string& url, Waiter waiter) {
  const auto [at, added] = entries_.try_emplace(url);
  at->second.waiters.push_back(waiter);
  return added;
}

std::vector<Waiter> ResourceTable::Ready(Timestamp now, const std::string& url,
                                         Vouched vouched) {
  const auto found = entries_.find(url);
  // Nobody had asked: an answer that comes twice.
  if (found == entries_.end()) return {};
  Entry& entry = found->second;
  entry.vouched = std::move(vouched);
  entry.fresh_until = now + fresh_;
  expiries_.Start(now, url);
  return std::exchange(entry.waiters, {});
}

std::vector<Waiter> ResourceTable::Failed(const std::string& url) {
  const auto found = entries_.find(url);
  if (found == entries_.end()) return {};
  std::vector<Waiter> waiters = std::move(found->second.waiters);
  entries_.erase(found);
  return waiters;
}

void ResourceTable::Advance(Timestamp now) {
  while (const auto url = expiries_.TakeDue(now)) {
    const auto found = entries_.find(*url);
    if (found == entries_.end()) continue;
    const Entry& entry = found->second;
    if (entry.vouched.info && entry.fresh_until <= now) entries_.erase(found);
  }
}

}  // namespace peer5
