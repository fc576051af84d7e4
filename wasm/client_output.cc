#include "wasm/client_output.h"

#include <cstddef>
#include <cstring>
#include <limits>
#include <utility>

namespace peer5 {

const uint8_t* Answer::Finish() {
  const uint32_t length = static_cast<uint32_t>(bytes_.size() - kLengthSize);
  std::memcpy(bytes_.data(), &length, sizeof(length));  // wasm: little-endian
  return bytes_.data();
}

void Answer::Raw(absl::Span<const uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
}

void Answer::U32(uint32_t value) {
  uint8_t bytes[sizeof(value)];
  std::memcpy(bytes, &value, sizeof(value));
  Raw(bytes);
}

void Answer::F64(double value) {
  uint8_t bytes[sizeof(value)];
  std::memcpy(bytes, &value, sizeof(value));
  Raw(bytes);
}

void Answer::Bytes(absl::Span<const uint8_t> bytes) {
  U32(static_cast<uint32_t>(bytes.size()));
  Raw(bytes);
}

void Answer::Text(const std::string& text) {
  Bytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

void Answer::Info(const FileInfo& info) {
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

void Answer::Stats(const Client::SwarmStats& stats) {
  F64(static_cast<double>(stats.uploaded));
  F64(static_cast<double>(stats.wasted));
  U32(stats.peers);
  U32(stats.blocks_have);
  U32(stats.banned);
}

void Output::Clear() {
  Answer::Clear();
  F64(0);
}

const uint8_t* Output::Finish(Timestamp deadline) {
  const double next = deadline == Timestamp::Never()
                          ? std::numeric_limits<double>::infinity()
                          : static_cast<double>(deadline.micros()) / 1000;
  std::memcpy(bytes_.data() + kLengthSize, &next, sizeof(next));
  Answer::Finish();
  std::swap(bytes_, finished_);
  Clear();
  return finished_.data();
}

void Output::On(const action::Connect& a) {
  U8(IndexOf<action::Connect>());
  U32(a.peer.value());
  U8(a.offer);
}
void Output::On(const action::RemoteSignal& a) {
  U8(IndexOf<action::RemoteSignal>());
  U32(a.peer.value());
  U8(static_cast<uint8_t>(a.kind));
  Text(a.text);
}
void Output::On(const action::Disconnect& a) {
  U8(IndexOf<action::Disconnect>());
  U32(a.peer.value());
}
void Output::On(const action::Send& a) {
  U8(IndexOf<action::Send>());
  U32(a.peer.value());
  Bytes(a.message);
}
void Output::On(const action::SendData& a) {
  U8(IndexOf<action::SendData>());
  U32(a.peer.value());
  U32(a.swarm.value());
  U32(a.swarm_prefix.value());
  U32(a.chunk.value());
  U32(a.block.value());
  U32(a.offset);
  U32(a.length);
}
void Output::On(const action::UseIceServers& a) {
  U8(IndexOf<action::UseIceServers>());
  U32(static_cast<uint32_t>(a.servers.size()));
  for (const IceServer& server : a.servers) {
    Text(server.url);
    Text(server.username);
    Text(server.credential);
  }
}
void Output::On(const action::SendTracker& a) {
  U8(IndexOf<action::SendTracker>());
  Bytes(a.message);
}
void Output::On(const action::Fetch& a) {
  U8(IndexOf<action::Fetch>());
  U32(a.fetch.value());
  U32(a.swarm.value());
  F64(static_cast<double>(a.first));
  F64(a.last == action::kToTheEnd ? std::numeric_limits<double>::infinity()
                                  : static_cast<double>(a.last));
}
void Output::On(const action::AbortFetch& a) {
  U8(IndexOf<action::AbortFetch>());
  U32(a.fetch.value());
}
void Output::On(const action::PauseFetch& a) {
  U8(IndexOf<action::PauseFetch>());
  U32(a.fetch.value());
}
void Output::On(const action::ResumeFetch& a) {
  U8(IndexOf<action::ResumeFetch>());
  U32(a.fetch.value());
}
void Output::On(const action::Store& a) {
  U8(IndexOf<action::Store>());
  U32(a.swarm.value());
  U32(a.block.value());
  U32(a.block_offset);
  U32(a.source_offset);
  U32(a.length);
}
void Output::On(const action::StoreKept& a) {
  U8(IndexOf<action::StoreKept>());
  U32(a.swarm.value());
  U32(a.block.value());
  U32(a.block_offset);
  F64(static_cast<double>(a.stream_offset));
  U32(a.length);
}
void Output::On(const action::DropKept& a) {
  U8(IndexOf<action::DropKept>());
  U32(a.swarm.value());
}
void Output::On(const action::Verify& a) {
  U8(IndexOf<action::Verify>());
  U32(a.swarm.value());
  U32(a.block.value());
}
void Output::On(const action::Commit& a) {
  U8(IndexOf<action::Commit>());
  U32(a.swarm.value());
  U32(a.block.value());
  U32(a.http_bytes);
  U32(a.peer_bytes);
  U32(a.stored_bytes);
}
void Output::On(const action::Discard& a) {
  U8(IndexOf<action::Discard>());
  U32(a.swarm.value());
  U32(a.block.value());
  U8(a.keep_suspect);
}
void Output::On(const action::CompareSuspect& a) {
  U8(IndexOf<action::CompareSuspect>());
  U32(a.swarm.value());
  U32(a.block.value());
}
void Output::On(const action::DropSuspect& a) {
  U8(IndexOf<action::DropSuspect>());
  U32(a.swarm.value());
  U32(a.block.value());
}
void Output::On(const action::InfoReady& a) {
  U8(IndexOf<action::InfoReady>());
  U32(a.swarm.value());
}
void Output::On(const action::HeadFromInfo& a) {
  U8(IndexOf<action::HeadFromInfo>());
  U32(a.swarm.value());
}
void Output::On(const action::StreamComplete& a) {
  U8(IndexOf<action::StreamComplete>());
  U32(a.swarm.value());
}
void Output::On(const action::Completed& a) {
  U8(IndexOf<action::Completed>());
  U32(a.swarm.value());
}
void Output::On(const action::GoPlain& a) {
  U8(IndexOf<action::GoPlain>());
  U32(a.swarm.value());
  U8(static_cast<uint8_t>(a.mode));
  U8(static_cast<uint8_t>(a.reason));
}
void Output::On(const action::Fail& a) {
  U8(IndexOf<action::Fail>());
  U32(a.swarm.value());
  U8(static_cast<uint8_t>(a.reason));
}
void Output::On(const action::SwarmState& a) {
  U8(IndexOf<action::SwarmState>());
  U32(a.swarm.value());
  U32(a.peers);
  F64(static_cast<double>(a.uploaded));
}
void Output::On(const action::StoredStale& a) {
  U8(IndexOf<action::StoredStale>());
  U32(a.swarm.value());
}

}  // namespace peer5
