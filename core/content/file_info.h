#ifndef PEER5_CORE_CONTENT_FILE_INFO_H_
#define PEER5_CORE_CONTENT_FILE_INFO_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/content/ids.h"
#include "core/content/layout.h"

namespace peer5 {

// How an origin names one version of a resource (RFC 9110, section 8.8): the
// header values as they were sent, empty where there was none.
struct Validator {
  std::string etag;
  std::string last_modified;

  friend bool operator==(const Validator&, const Validator&) = default;
};

// Whether two sightings may be of the same version. Strong ETags decide where
// both have one; else Last-Modified where both have it; else nothing speaks
// against it (block hashes remain the judge). A page sees Last-Modified across
// origins, but an ETag only where the origin exposes it.
bool MayBeSameVersion(const Validator& a, const Validator& b);
// Whether they certainly are: a strong ETag, or Last-Modified, says so.
bool IsSameVersion(const Validator& a, const Validator& b);

// Everything a client must know of a resource to take part in its swarm.
struct FileInfo {
  Layout layout;
  std::vector<Hash> block_hashes;  // one a block, layout.num_blocks() of them
  Validator validator;
  std::string origin;  // the URL it was hashed from; empty for a shared file
  std::string name;    // a file name to save under; may be empty
  std::string type;    // MIME type, as Content-Type gives it; may be empty

  // The root hash: SHA-256 over "peer5 root 1\n", size (u64), block size
  // (u32), chunk size (u32), then the block hashes, integers big-endian. It
  // commits to all that a peer could lie about; names and types are not part
  // of it.
  SwarmId ComputeRoot() const;

  friend bool operator==(const FileInfo&, const FileInfo&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_CONTENT_FILE_INFO_H_
