// The client for pages: core/swarm behind functions that take numbers. (A page
// has one client, and embind's classes would be half of its script.)
//
// Bytes go in through one buffer (inAt) that the caller fills before a call:
// "In:" says with what. Each input to the engine returns where its output is:
// the next deadline and the actions, laid out as client_output.h says. What
// only asks something returns its answer the same way, in a place of its own,
// so that it may be asked while the actions of an input are carried out. Times
// are milliseconds, sizes are bytes; a message costs one call.

#include "core/swarm/client.h"

#include <emscripten/bind.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "core/content/sha256.h"
#include "core/wire/file_info.h"
#include "core/wire/frame.h"
#include "wasm/client_output.h"

namespace peer5 {
namespace {

Timestamp At(double ms) {
  return Timestamp::Micros(static_cast<int64_t>(ms * 1000));
}

std::vector<uint8_t> in_buffer;
Output output;
Answer answer;

uint32_t Address(const uint8_t* bytes) {
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(bytes));
}

// Where to put so many bytes or fewer; valid until more are asked for.
uint32_t InAt(uint32_t size) {
  if (in_buffer.size() < size) in_buffer.resize(size);
  return Address(in_buffer.data());
}

// Takes one piece after the other from what the caller has put in.
class Input {
 public:
  absl::Span<const uint8_t> Bytes(uint32_t size) {
    const absl::Span<const uint8_t> all(in_buffer);
    const auto bytes = all.subspan(std::min<size_t>(at_, all.size()), size);
    at_ += bytes.size();
    return bytes;
  }
  std::string Text(uint32_t size) {
    const auto bytes = Bytes(size);
    return std::string(bytes.begin(), bytes.end());
  }
  Hash Digest() {
    Hash hash{};
    const auto bytes = Bytes(hash.size());
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
  }
  uint64_t U64() {
    uint64_t value = 0;
    for (const uint8_t byte : Bytes(8)) value = value << 8 | byte;
    return value;
  }

 private:
  size_t at_ = 0;
};

std::optional<FileInfo> ParseInfo(uint32_t length) {
  FrameReader reader(absl::MakeConstSpan(in_buffer).first(
      std::min<size_t>(length, in_buffer.size())));
  const auto frame = reader.Next();
  if (!frame || frame->tag != FileInfoMessage::kTag) return std::nullopt;
  auto message = FileInfoMessage::Parse(frame->value);
  if (!message || message->info.ComputeRoot() != message->id) {
    return std::nullopt;
  }
  return std::move(message->info);
}

// The one client of this page, from Begin on.
std::unique_ptr<Client> client;
ClientOptions client_options;

uint32_t Done() {
  client->Settle();
  return Address(output.Finish(client->deadline()));
}

// In: client id (8), secret (8), seed (8).
void Begin(uint32_t vendor, uint32_t version) {
  Input in;
  client_options.id = ClientId(in.U64());
  client_options.secret = in.U64();
  client_options.seed = in.U64();
  client_options.browser_vendor = static_cast<uint8_t>(vendor);
  client_options.browser_version = static_cast<uint16_t>(version);
  client = std::make_unique<Client>(client_options, output);
}

// In: token.
uint32_t SetOptions(double now, bool uploads, bool cellular, double up,
                    double down, double max_peers, uint32_t token_length) {
  client_options.token = Input().Text(token_length);
  client_options.uploads = uploads;
  client_options.cellular = cellular;
  client_options.up_limit = static_cast<uint64_t>(up);
  client_options.down_limit = static_cast<uint64_t>(down);
  client_options.max_peers.reset();
  if (max_peers >= 0)
    client_options.max_peers = static_cast<uint32_t>(max_peers);
  client->SetOptions(At(now), client_options);
  return Done();
}

// The swarm that Open or Share has made; 0 if none.
uint32_t last_swarm = 0;

// In: swarm id (32, if has_id), URL. `swarm` gives the handle.
uint32_t Open(double now, uint32_t url_length, bool has_id, uint32_t mode,
              uint32_t strategy, double min_size, bool manifest) {
  Input in;
  SwarmOptions options;
  const Hash id = in.Digest();
  if (has_id) options.id = id;
  options.url = in.Text(url_length);
  options.mode = static_cast<DownloadMode>(mode);
  options.strategy = static_cast<Strategy>(strategy);
  options.min_size = static_cast<uint64_t>(min_size);
  options.manifest = manifest;
  last_swarm = client->Open(At(now), options).value();
  return Done();
}
// In: a FileInfo frame.
uint32_t Share(double now, uint32_t length) {
  last_swarm = 0;
  if (auto info = ParseInfo(length)) {
    last_swarm = client->Share(At(now), *std::move(info)).value();
  }
  return Done();
}
uint32_t LastSwarm() { return last_swarm; }

// In: a FileInfo frame; what can't be read counts as no manifest.
uint32_t Manifest(double now, uint32_t swarm, uint32_t length) {
  if (auto info = ParseInfo(length)) {
    client->SetFileInfo(At(now), SwarmHandle(swarm), *std::move(info));
  } else {
    client->NoManifest(At(now), SwarmHandle(swarm));
  }
  return Done();
}
// In: a FileInfo frame.
uint32_t OfferStored(double now, uint32_t swarm, uint32_t length) {
  client->OfferStored(At(now), SwarmHandle(swarm), ParseInfo(length));
  return Done();
}
uint32_t Pause(double now, uint32_t swarm) {
  client->Pause(At(now), SwarmHandle(swarm));
  return Done();
}
uint32_t Resume(double now, uint32_t swarm) {
  client->Resume(At(now), SwarmHandle(swarm));
  return Done();
}
uint32_t Close(double now, uint32_t swarm) {
  client->Close(At(now), SwarmHandle(swarm));
  return Done();
}
uint32_t Playback(double now, uint32_t swarm, double position, double due,
                  double rate) {
  client->SetPlayback(At(now), SwarmHandle(swarm),
                      static_cast<uint64_t>(position), At(due), rate);
  return Done();
}

// In: ETag, Last-Modified.
uint32_t FetchHead(double now, uint32_t fetch, uint32_t status, double first,
                   double total, bool shareable, uint32_t etag_length,
                   uint32_t modified_length) {
  Input in;
  Client::HttpHead head;
  head.status = static_cast<int>(status);
  head.first = static_cast<uint64_t>(first);
  head.total = static_cast<int64_t>(total);
  head.shareable = shareable;
  head.validator.etag = in.Text(etag_length);
  head.validator.last_modified = in.Text(modified_length);
  client->FetchHead(At(now), FetchHandle(fetch), head);
  return Done();
}
uint32_t FetchBytes(double now, uint32_t fetch, uint32_t length) {
  client->FetchBytes(At(now), FetchHandle(fetch), length);
  return Done();
}
uint32_t FetchEnd(double now, uint32_t fetch, bool ok) {
  client->FetchEnd(At(now), FetchHandle(fetch), ok);
  return Done();
}

uint32_t PeerUp(double now, uint32_t peer, uint32_t max_message,
                bool reliable) {
  client->PeerUp(At(now), PeerHandle(peer), max_message, reliable);
  return Done();
}
uint32_t PeerDown(double now, uint32_t peer) {
  client->PeerDown(At(now), PeerHandle(peer));
  return Done();
}
// In: the message, or its first bytes.
uint32_t PeerMessage(double now, uint32_t peer, uint32_t head,
                     uint32_t length) {
  client->PeerMessage(At(now), PeerHandle(peer), Input().Bytes(head), length);
  return Done();
}
uint32_t PeerBuffered(double now, uint32_t peer, uint32_t bytes) {
  client->PeerBuffered(At(now), PeerHandle(peer), bytes);
  return Done();
}
uint32_t Signal(double now, uint32_t peer, uint32_t kind, uint32_t length) {
  client->LocalSignal(At(now), PeerHandle(peer), static_cast<SdpKind>(kind),
                      Input().Text(length));
  return Done();
}

uint32_t Tracker(double now, bool up) {
  if (up) {
    client->TrackerUp(At(now));
  } else {
    client->TrackerDown(At(now));
  }
  return Done();
}
uint32_t TrackerMessage(double now, uint32_t length) {
  client->TrackerMessage(At(now), Input().Bytes(length));
  return Done();
}

// In: SHA-256 (32).
uint32_t Digest(double now, uint32_t swarm, uint32_t block) {
  client->BlockDigest(At(now), SwarmHandle(swarm), BlockIndex(block),
                      Input().Digest());
  return Done();
}
uint32_t SuspectChunk(double now, uint32_t swarm, uint32_t block,
                      uint32_t chunk) {
  client->SuspectChunk(At(now), SwarmHandle(swarm), BlockIndex(block), chunk);
  return Done();
}
// In: availability map.
uint32_t Stored(double now, uint32_t swarm, uint32_t length) {
  const auto info = client->file_info(SwarmHandle(swarm));
  const auto map = info ? AvailabilityMap::FromBytes(info->layout.num_blocks(),
                                                     Input().Bytes(length))
                        : std::nullopt;
  if (map) client->HaveStored(At(now), SwarmHandle(swarm), *map);
  return Done();
}
uint32_t BlockLost(double now, uint32_t swarm, uint32_t block) {
  client->BlockLost(At(now), SwarmHandle(swarm), BlockIndex(block));
  return Done();
}
// `load`: as Client::SetLoad takes it.
uint32_t Advance(double now, uint32_t load) {
  client->SetLoad(static_cast<uint8_t>(load));
  client->Advance(At(now));
  return Done();
}

// Out: what the page may know of FileInfo; nothing before it is known.
uint32_t Info(uint32_t swarm) {
  answer.Clear();
  if (const auto info = client->file_info(SwarmHandle(swarm))) {
    answer.Info(*info);
  }
  return Address(answer.Finish());
}
// Out: the FileInfo frame.
uint32_t InfoFrame(uint32_t swarm) {
  answer.Clear();
  if (const auto info = client->file_info(SwarmHandle(swarm))) {
    answer.Raw(
        SerializeMessage(FileInfoMessage{0, info->ComputeRoot(), *info}));
  }
  return Address(answer.Finish());
}
// Out: SHA-256 of each block (32).
uint32_t BlockHashes(uint32_t swarm) {
  answer.Clear();
  if (const auto info = client->file_info(SwarmHandle(swarm))) {
    for (const Hash& hash : info->block_hashes) answer.Raw(hash);
  }
  return Address(answer.Finish());
}
// Out: counters of SwarmStats that the page has no other way to know.
uint32_t Stats(uint32_t swarm) {
  answer.Clear();
  answer.Stats(client->stats(SwarmHandle(swarm)));
  return Address(answer.Finish());
}

uint32_t PeerBlocks(uint32_t swarm, uint32_t peer) {
  return client->peer_blocks(SwarmHandle(swarm), PeerHandle(peer));
}

// In: block hashes, then name and type. Out: the FileInfo frame that they
// make; nothing if a file of this size can't be shared.
uint32_t MakeInfo(double size, uint32_t block_size, uint32_t name_length,
                  uint32_t type_length) {
  answer.Clear();
  const auto layout = Layout::Create(static_cast<uint64_t>(size), block_size,
                                     kDefaultChunkSize);
  if (layout) {
    Input in;
    FileInfo info{*layout, {}, {}, {}, {}, {}};
    info.block_hashes.reserve(layout->num_blocks());
    for (uint32_t b = 0; b < layout->num_blocks(); ++b) {
      info.block_hashes.push_back(in.Digest());
    }
    info.name = in.Text(name_length);
    info.type = in.Text(type_length);
    const SwarmId id = info.ComputeRoot();
    answer.Raw(SerializeMessage(FileInfoMessage{0, id, std::move(info)}));
  }
  return Address(answer.Finish());
}

// SHA-256 where the page has no crypto.subtle: piece by piece, so that the
// page is not held up.
Sha256 sha;
void HashBegin() { sha = Sha256(); }
void HashUpdate(uint32_t length) { sha.Update(Input().Bytes(length)); }
// Out: the digest.
uint32_t HashEnd() {
  answer.Clear();
  answer.Raw(sha.Finish());
  return Address(answer.Finish());
}

}  // namespace

EMSCRIPTEN_BINDINGS(peer5_client) {
  using emscripten::function;
  function("inAt", &InAt);
  function("makeInfo", &MakeInfo);
  function(
      "defaultBlockSize", +[](double size) {
        return DefaultBlockSize(static_cast<uint64_t>(size));
      });
  function("hashBegin", &HashBegin);
  function("hashUpdate", &HashUpdate);
  function("hashEnd", &HashEnd);
  function("begin", &Begin);
  function("setOptions", &SetOptions);
  function("open", &Open);
  function("share", &Share);
  function("swarm", &LastSwarm);
  function("manifest", &Manifest);
  function("offerStored", &OfferStored);
  function("pause", &Pause);
  function("resume", &Resume);
  function("close", &Close);
  function("playback", &Playback);
  function("fetchHead", &FetchHead);
  function("fetchBytes", &FetchBytes);
  function("fetchEnd", &FetchEnd);
  function("peerUp", &PeerUp);
  function("peerDown", &PeerDown);
  function("peerMessage", &PeerMessage);
  function("peerBuffered", &PeerBuffered);
  function("signal", &Signal);
  function("tracker", &Tracker);
  function("trackerMessage", &TrackerMessage);
  function("digest", &Digest);
  function("suspectChunk", &SuspectChunk);
  function("stored", &Stored);
  function("blockLost", &BlockLost);
  function("advance", &Advance);
  function("info", &Info);
  function("infoFrame", &InfoFrame);
  function("blockHashes", &BlockHashes);
  function("stats", &Stats);
  function("peerBlocks", &PeerBlocks);
}

}  // namespace peer5
