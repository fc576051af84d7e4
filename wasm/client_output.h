#ifndef PEER5_WASM_CLIENT_OUTPUT_H_
#define PEER5_WASM_CLIENT_OUTPUT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/content/file_info.h"
#include "core/swarm/actions.h"
#include "core/swarm/client.h"

namespace peer5 {

// What a call leaves for JavaScript: integers and doubles, little-endian, so
// that a DataView reads them (js/engine/output.js is the reader; a test holds
// the two together).
//
//   u8: one byte      u32: four      f64: eight, also for 64-bit integers
//   bytes, text: u32 length, then so many bytes
//
//   +------------+--------------+-----------+----------+------------ …
//   | length u32 | deadline f64 | action u8 | fields … | action u8
//   +------------+--------------+-----------+----------+------------ …
//
// `length` counts what follows it. An action is its place in the Action
// variant, its fields stand in the order of their declaration. The answer to a
// question has a length and its own fields, without deadline and actions.
class Output {
 public:
  void Clear() { bytes_.assign(kLengthSize, 0); }
  // Writes the length. What it returns is valid until the next Clear.
  const uint8_t* Finish();

  // f64 milliseconds, infinity for never.
  void Deadline(Timestamp deadline);
  void Add(const Action& action);
  // f64 size, u32 block size, u32 chunk size, u32 blocks, 32 bytes root, then
  // as text: ETag, Last-Modified, origin, name, type.
  void Info(const FileInfo& info);
  // f64 uploaded, f64 wasted, u32 peers, u32 blocks, u32 banned.
  void Stats(const Client::SwarmStats& stats);
  void Raw(absl::Span<const uint8_t> bytes);

 private:
  static constexpr size_t kLengthSize = sizeof(uint32_t);

  void U8(uint8_t value) { bytes_.push_back(value); }
  void U32(uint32_t value);
  void F64(double value);
  void Bytes(absl::Span<const uint8_t> bytes);
  void Text(const std::string& text);

  void Fields(const action::Connect& a);
  void Fields(const action::RemoteSignal& a);
  void Fields(const action::Disconnect& a);
  void Fields(const action::Send& a);
  void Fields(const action::SendData& a);
  void Fields(const action::UseIceServers& a);
  void Fields(const action::SendTracker& a);
  void Fields(const action::Fetch& a);
  void Fields(const action::AbortFetch& a);
  void Fields(const action::PauseFetch& a);
  void Fields(const action::ResumeFetch& a);
  void Fields(const action::Store& a);
  void Fields(const action::StoreKept& a);
  void Fields(const action::DropKept& a);
  void Fields(const action::Verify& a);
  void Fields(const action::Commit& a);
  void Fields(const action::Discard& a);
  void Fields(const action::CompareSuspect& a);
  void Fields(const action::DropSuspect& a);
  void Fields(const action::InfoReady& a);
  void Fields(const action::HeadFromInfo& a);
  void Fields(const action::StreamComplete& a);
  void Fields(const action::Completed& a);
  void Fields(const action::GoPlain& a);
  void Fields(const action::Fail& a);
  void Fields(const action::SwarmState& a);

  std::vector<uint8_t> bytes_;
};

}  // namespace peer5

#endif  // PEER5_WASM_CLIENT_OUTPUT_H_
