#include "core/wire/file_info.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<FileInfoMessage> FileInfoMessage::Parse(
    absl::Span<const uint8_t> value) {
  Reader reader(value);
  const uint32_t ref = reader.U32();
  const SwarmId id = reader.Digest();
  const uint64_t size = reader.U64();
  const uint32_t block_size = reader.U32();
  const uint32_t chunk_size = reader.U32();
  const auto layout = Layout::Create(size, block_size, chunk_size);
  if (!reader.ok() || !layout) return std::nullopt;
  FileInfoMessage message{ref, id, FileInfo{*layout, {}, {}, {}, {}, {}}};
  FileInfo& info = message.info;
  info.validator.etag = reader.String(kMaxText);
  info.validator.last_modified = reader.String(kMaxText);
  info.origin = reader.String(kMaxUrl);
  info.name = reader.String(kMaxText);
  info.type = reader.String(kMaxText);
  const uint32_t count = reader.U32();
  if (count != layout->num_blocks() || !reader.CanHold(count, sizeof(Hash))) {
    return std::nullopt;
  }
  info.block_hashes.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    info.block_hashes.push_back(reader.Digest());
  }
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void FileInfoMessage::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U32(ref);
  writer.Bytes(id);
  writer.U64(info.layout.size());
  writer.U32(info.layout.block_size());
  writer.U32(info.layout.chunk_size());
  writer.String(info.validator.etag, kMaxText);
  writer.String(info.validator.last_modified, kMaxText);
  writer.String(info.origin, kMaxUrl);
  writer.String(info.name, kMaxText);
  writer.String(info.type, kMaxText);
  writer.U32(static_cast<uint32_t>(info.block_hashes.size()));
  for (const Hash& hash : info.block_hashes) writer.Bytes(hash);
  writer.End();
}

}  // namespace peer5
