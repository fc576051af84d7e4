#ifndef PEER5_CORE_WIRE_FILE_INFO_H_
#define PEER5_CORE_WIRE_FILE_INFO_H_

#include <cstdint>
#include <optional>

#include "absl/types/span.h"
#include "core/content/file_info.h"
#include "core/content/ids.h"
#include "core/content/layout.h"
#include "core/wire/writer.h"

namespace peer5 {

// All that must be known of a resource to take part in its swarm. From the
// tracker it answers the Join with this ref (0 otherwise); a sharer sends it to
// publish; peers send it on InfoRequest; and a manifest file is one such frame
// with ref 0. Whoever receives it checks that the root is the swarm id.
//
//   ref (4) | swarm id (32) | size (8) | block size (4) | chunk size (4) |
//   etag | last-modified | origin | name | type (strings) |
//   hashes (4) × SHA-256 (32)
struct FileInfoMessage {
  static constexpr uint8_t kTag = 0x22;

  // Header values, file names and MIME types; longer ones are cut off.
  static constexpr size_t kMaxText = 1024;
  static constexpr size_t kMaxUrl = 4096;

  uint32_t ref = 0;
  SwarmId id{};
  FileInfo info;

  static std::optional<FileInfoMessage> Parse(absl::Span<const uint8_t> value);
  void SerializeTo(Writer& writer) const;

  friend bool operator==(const FileInfoMessage&,
                         const FileInfoMessage&) = default;
};

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_FILE_INFO_H_
