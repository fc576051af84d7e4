#include "wasm/client_output.h"

#include <cstddef>
#include <cstring>
#include <limits>

namespace peer5 {

const uint8_t* Output::Finish() {
  const uint32_t length = static_cast<uint32_t>(bytes_.size() - kLengthSize);
  std::memcpy(bytes_.data(), &length, sizeof(length));  // wasm: little-endian
  return bytes_.data();
}

void Output::Raw(absl::Span<const uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void Output::U32(uint32_t value) {
  uint8_t bytes[sizeof(value)];
  std::memcpy(bytes, &value, sizeof(value));
  Raw(bytes);
}

void Output::F64(double value) {
  uint8_t bytes[sizeof(value)];
  std::memcpy(bytes, &value, sizeof(value));
  Raw(bytes);
}

void Output::Bytes(absl::Span<const uint8_t> bytes) {
  U32(static_cast<uint32_t>(bytes.size()));
  Raw(bytes);
}

void Output::Text(const std::string& text) {
  Bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void Output::Deadline(Timestamp deadline) {
  F64(deadline == Timestamp::Never()
          ? std::numeric_limits<double>::infinity()
          : static_cast<double>(deadline.micros()) / 1000);
}

void Output::Add(const Action& action) {
  U8(static_cast<uint8_t>(action.index()));
  std::visit([this](const auto& a) { Fields(a); }, action);
}

void Output::Info(const FileInfo& info) {
  F64(static_cast<double>(info.layout.size()));
  U32(info.layout.block_size());
  U32(info.layout.chunk_size());
  U32(info.layout.num_blocks());
  Raw(info.ComputeRoot());
  Text(info.validator.etag);
  Text(info.validator.last_modified);
  Text(info.origin);
  Text(info.name);
  Text(info.type);
}

void Output::Stats(const Client::SwarmStats& stats) {
  F64(static_cast<double>(stats.uploaded));
  F64(static_cast<double>(stats.wasted));
  U32(stats.peers);
  U32(stats.blocks_have);
  U32(stats.banned);
}

void Output::Fields(const action::Connect& a) {
  U32(a.peer.value());
  U8(a.offer);
}
void Output::Fields(const action::RemoteSignal& a) {
  U32(a.peer.value());
  U8(static_cast<uint8_t>(a.kind));
  Text(a.text);
}
void Output::Fields(const action::Disconnect& a) { U32(a.peer.value()); }
void Output::Fields(const action::Send& a) {
  U32(a.peer.value());
  Bytes(a.message);
}
void Output::Fields(const action::SendData& a) {
  U32(a.peer.value());
  U32(a.swarm.value());
  U32(a.swarm_prefix.value());
  U32(a.chunk.value());
  U32(a.block.value());
  U32(a.offset);
  U32(a.length);
}
void Output::Fields(const action::UseIceServers& a) {
  U32(static_cast<uint32_t>(a.servers.size()));
  for (const IceServer& server : a.servers) {
    Text(server.url);
    Text(server.username);
    Text(server.credential);
  }
}
void Output::Fields(const action::SendTracker& a) { Bytes(a.message); }
void Output::Fields(const action::Fetch& a) {
  U32(a.fetch.value());
  U32(a.swarm.value());
  F64(static_cast<double>(a.first));
  F64(a.last == action::kToTheEnd ? std::numeric_limits<double>::infinity()
                                  : static_cast<double>(a.last));
}
void Output::Fields(const action::AbortFetch& a) { U32(a.fetch.value()); }
void Output::Fields(const action::PauseFetch& a) { U32(a.fetch.value()); }
void Output::Fields(const action::ResumeFetch& a) { U32(a.fetch.value()); }
void Output::Fields(const action::Store& a) {
  U32(a.swarm.value());
  U32(a.block.value());
  U32(a.block_offset);
  U32(a.source_offset);
  U32(a.length);
}
void Output::Fields(const action::StoreKept& a) {
  U32(a.swarm.value());
  U32(a.block.value());
  U32(a.block_offset);
  F64(static_cast<double>(a.stream_offset));
  U32(a.length);
}
void Output::Fields(const action::DropKept& a) { U32(a.swarm.value()); }
void Output::Fields(const action::Verify& a) {
  U32(a.swarm.value());
  U32(a.block.value());
}
void Output::Fields(const action::Commit& a) {
  U32(a.swarm.value());
  U32(a.block.value());
  U32(a.http_bytes);
  U32(a.peer_bytes);
  U32(a.stored_bytes);
}
void Output::Fields(const action::Discard& a) {
  U32(a.swarm.value());
  U32(a.block.value());
  U8(a.keep_suspect);
}
void Output::Fields(const action::CompareSuspect& a) {
  U32(a.swarm.value());
  U32(a.block.value());
}
void Output::Fields(const action::DropSuspect& a) {
  U32(a.swarm.value());
  U32(a.block.value());
}
void Output::Fields(const action::InfoReady& a) { U32(a.swarm.value()); }
void Output::Fields(const action::HeadFromInfo& a) { U32(a.swarm.value()); }
void Output::Fields(const action::StreamComplete& a) { U32(a.swarm.value()); }
void Output::Fields(const action::Completed& a) { U32(a.swarm.value()); }
void Output::Fields(const action::GoPlain& a) {
  U32(a.swarm.value());
  U8(static_cast<uint8_t>(a.mode));
  U8(static_cast<uint8_t>(a.reason));
}
void Output::Fields(const action::Fail& a) {
  U32(a.swarm.value());
  U8(static_cast<uint8_t>(a.reason));
}
void Output::Fields(const action::SwarmState& a) {
  U32(a.swarm.value());
  U32(a.peers);
  F64(static_cast<double>(a.uploaded));
}

}  // namespace peer5
