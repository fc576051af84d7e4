#include "core/wire/completed_download.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<CompletedDownload> CompletedDownload::Parse(
    absl::Span<const uint8_t> value) {
  Reader reader(value);
  CompletedDownload message;
  message.swarm = reader.Digest();
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void CompletedDownload::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.Bytes(swarm);
  writer.End();
}

}  // namespace peer5
