#include "core/wire/client_hello.h"

#include "core/wire/reader.h"

namespace peer5 {

std::optional<ClientHello> ClientHello::Parse(absl::Span<const uint8_t> value) {
  Reader reader(value);
  ClientHello message;
  message.version = reader.U8();
  message.client = ClientId(reader.U64());
  message.secret = reader.U64();
  message.vendor = static_cast<BrowserVendor>(reader.U8());
  message.browser_version = reader.U16();
  message.network = reader.U8();
  message.token = reader.String(kMaxToken);
  if (!reader.AtEnd()) return std::nullopt;
  return message;
}

void ClientHello::SerializeTo(Writer& writer) const {
  writer.Begin(kTag);
  writer.U8(version);
  writer.U64(client.value());
  writer.U64(secret);
  writer.U8(static_cast<uint8_t>(vendor));
  writer.U16(browser_version);
  writer.U8(network);
  writer.String(token, kMaxToken);
  writer.End();
}

}  // namespace peer5
