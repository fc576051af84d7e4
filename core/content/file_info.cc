#include "core/content/file_info.h"

#include "core/content/sha256.h"

namespace peer5 {
namespace {

bool IsWeak(const std::string& etag) { return etag.starts_with("W/"); }

void Update(Sha256& sha, uint64_t value, int bytes) {
  uint8_t big_endian[8];
  for (int i = 0; i < bytes; ++i) {
    big_endian[i] = static_cast<uint8_t>(value >> (8 * (bytes - 1 - i)));
  }
  sha.Update({big_endian, static_cast<size_t>(bytes)});
}

}  // namespace

bool MayBeSameVersion(const Validator& a, const Validator& b) {
  const bool strong =
      !a.etag.empty() && !b.etag.empty() && !IsWeak(a.etag) && !IsWeak(b.etag);
  if (strong) return a.etag == b.etag;
  if (!a.last_modified.empty() && !b.last_modified.empty()) {
    return a.last_modified == b.last_modified;
  }
  return true;
}

bool IsSameVersion(const Validator& a, const Validator& b) {
  if (!MayBeSameVersion(a, b)) return false;
  return (!a.etag.empty() && !IsWeak(a.etag) && a.etag == b.etag) ||
         (!a.last_modified.empty() && a.last_modified == b.last_modified);
}

SwarmId FileInfo::ComputeRoot() const {
  static constexpr char kLabel[] = "peer5 root 1\n";
  Sha256 sha;
  sha.Update({reinterpret_cast<const uint8_t*>(kLabel), sizeof(kLabel) - 1});
  Update(sha, layout.size(), 8);
  Update(sha, layout.block_size(), 4);
  Update(sha, layout.chunk_size(), 4);
  for (const Hash& hash : block_hashes) sha.Update(hash);
  return sha.Finish();
}

}  // namespace peer5
