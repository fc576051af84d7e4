#ifndef PEER5_WASM_CLIENT_OUTPUT_H_
#define PEER5_WASM_CLIENT_OUTPUT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/content/file_info.h"
#include "core/swarm/action_sink.h"
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
class Answer {
 public:
  void Clear() { bytes_.assign(kLengthSize, 0); }
  // Writes the length. What it returns is valid until the next Clear.
  const uint8_t* Finish();

  // f64 size, u32 block size, u32 chunk size, u32 blocks, 32 bytes root, then
  // as text: ETag, Last-Modified, origin, name, type.
  void Info(const FileInfo& info);
  // f64 uploaded, f64 wasted, u32 peers, u32 blocks, u32 banned.
  void Stats(const Client::SwarmStats& stats);
  void Raw(absl::Span<const uint8_t> bytes);

 protected:
  static constexpr size_t kLengthSize = sizeof(uint32_t);

  void U8(uint8_t value) { bytes_.push_back(value); }
  void U32(uint32_t value);
  void F64(double value);
  void Bytes(absl::Span<const uint8_t> bytes);
  void Text(const std::string& text);

  std::vector<uint8_t> bytes_;
};

// Writes actions down as they come.
class Output : public Answer, public ActionSink {
 public:
  Output() { Clear(); }
  void Clear();
  // Ends it with the time of the next Advance, in milliseconds, infinity for
  // never. What it returns is valid until the next call of Finish.
  const uint8_t* Finish(Timestamp deadline);

  void On(const action::Connect& a) override;
  void On(const action::RemoteSignal& a) override;
  void On(const action::Disconnect& a) override;
  void On(const action::Send& a) override;
  void On(const action::SendData& a) override;
  void On(const action::UseIceServers& a) override;
  void On(const action::SendTracker& a) override;
  void On(const action::Fetch& a) override;
  void On(const action::AbortFetch& a) override;
  void On(const action::PauseFetch& a) override;
  void On(const action::ResumeFetch& a) override;
  void On(const action::Store& a) override;
  void On(const action::StoreKept& a) override;
  void On(const action::DropKept& a) override;
  void On(const action::Verify& a) override;
  void On(const action::Commit& a) override;
  void On(const action::Discard& a) override;
  void On(const action::CompareSuspect& a) override;
  void On(const action::DropSuspect& a) override;
  void On(const action::InfoReady& a) override;
  void On(const action::HeadFromInfo& a) override;
  void On(const action::StreamComplete& a) override;
  void On(const action::Completed& a) override;
  void On(const action::GoPlain& a) override;
  void On(const action::Fail& a) override;
  void On(const action::SwarmState& a) override;
  void On(const action::StoredStale& a) override;

 private:
  std::vector<uint8_t> finished_;
};

}  // namespace peer5

#endif  // PEER5_WASM_CLIENT_OUTPUT_H_
