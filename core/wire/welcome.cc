#include "core/wire/welcome.h"

#include <algorithm>
#include <utility>

#include "core/wire/reader.h"

namespace peer5 {

std::optional<Welcome> Welcome::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Welcome message;
  message.version = reader.U8();
  message.report_interval_ms = reader.U32();
  const size_t count = reader.U8();
  if (count > kMaxServers) return std::nullopt;
  for (size_t i = 0; i < count && reader.ok(); ++i) {
    IceServer server;
    server.url = reader.String(kMaxText);
    server.username = reader.String(kMaxText);
    server.credential = reader.String(kMaxText);
    message.ice_servers.push_back(std::move(server));
  }
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Welcome::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U8(version);
  writer.U32(report_interval_ms);
  const size_t count = std::min(ice_servers.size(), kMaxServers);
  writer.U8(static_cast<uint8_t>(count));
  for (size_t i = 0; i < count; ++i) {
    writer.String(ice_servers[i].url, kMaxText);
    writer.String(ice_servers[i].username, kMaxText);
    writer.String(ice_servers[i].credential, kMaxText);
  }
  writer.End();
}

}  // namespace peer5
