#include "core/wire/report.h"

#include <algorithm>

#include "core/content/layout.h"
#include "core/wire/reader.h"

namespace peer5 {
namespace {

constexpr size_t kConnectionSize = 8 + 1 + 2 + 2 + 4 + 4;

}  // namespace

std::optional<Report> Report::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  Report message;
  message.swarm = reader.Digest();
  message.http_bytes = reader.U64();
  message.peer_bytes = reader.U64();
  message.stored_bytes = reader.U64();
  message.uploaded = reader.U64();
  message.wasted = reader.U64();
  message.down_rate = reader.U32();
  message.up_rate = reader.U32();
  message.load = reader.U8();
  message.last_block = reader.U32();
  message.num_blocks = reader.U32();
  if (message.num_blocks > kMaxBlocks) return std::nullopt;
  const auto map = reader.Bytes((message.num_blocks + 7) / 8);
  message.map.assign(map.begin(), map.end());
  const size_t count = reader.U16();
  if (count > kMaxConnections || !reader.CanHold(count, kConnectionSize)) {
    return std::nullopt;
  }
  message.connections.resize(count);
  for (Connection& connection : message.connections) {
    connection.peer = ClientId(reader.U64());
    connection.state = reader.U8();
    if (connection.state > kClosed) reader.Fail();
    connection.rtt_ms = reader.U16();
    connection.loss_permille = reader.U16();
    connection.bytes_from = reader.U32();
    connection.bytes_to = reader.U32();
  }
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void Report::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.Bytes(swarm);
  writer.U64(http_bytes);
  writer.U64(peer_bytes);
  writer.U64(stored_bytes);
  writer.U64(uploaded);
  writer.U64(wasted);
  writer.U32(down_rate);
  writer.U32(up_rate);
  writer.U8(load);
  writer.U32(last_block);
  writer.U32(num_blocks);
  writer.Bytes(map);
  const size_t count = std::min(connections.size(), kMaxConnections);
  writer.U16(static_cast<uint16_t>(count));
  for (size_t i = 0; i < count; ++i) {
    const Connection& connection = connections[i];
    writer.U64(connection.peer.value());
    writer.U8(connection.state);
    writer.U16(connection.rtt_ms);
    writer.U16(connection.loss_permille);
    writer.U32(connection.bytes_from);
    writer.U32(connection.bytes_to);
  }
  writer.End();
}

}  // namespace peer5
