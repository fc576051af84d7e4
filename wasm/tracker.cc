// The tracker for Node: core/tracker behind one class of a few calls.
//
// Bytes go in through one buffer that the caller fills before the call, and
// come out through another that it empties after it. Numbers are doubles:
// times in milliseconds, sizes in bytes.

#include "core/tracker/tracker.h"

#include <emscripten/bind.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/types/span.h"
#include "core/content/file_info.h"
#include "core/content/layout.h"
#include "core/tracker/outbox.h"
#include "core/wire/file_info.h"
#include "core/wire/frame.h"
#include "core/wire/reader.h"
#include "core/wire/writer.h"

namespace peer5 {
namespace {

Timestamp At(double ms) {
  return Timestamp::Micros(static_cast<int64_t>(ms * 1000));
}

Duration Seconds(double seconds) { return Duration::FromSeconds(seconds); }

// Where the caller puts bytes for the next call: its address stays valid until
// a larger one is asked for.
class Input {
 public:
  uint32_t Reserve(uint32_t size) {
    if (bytes_.size() < size) bytes_.resize(size);
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(bytes_.data()));
  }
  absl::Span<const uint8_t> First(uint32_t size) const {
    return absl::MakeConstSpan(bytes_).first(
        std::min<size_t>(size, bytes_.size()));
  }

 private:
  std::vector<uint8_t> bytes_;
};

// Of names and addresses on a dashboard.
constexpr size_t kMaxSummaryText = 512;

Input input;
std::vector<uint8_t> output;

uint32_t InputAt(uint32_t size) { return input.Reserve(size); }
uint32_t OutputAt() {
  return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(output.data()));
}

void PutU32(uint32_t value) {
  const uint8_t bytes[] = {
      static_cast<uint8_t>(value >> 24), static_cast<uint8_t>(value >> 16),
      static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
  output.insert(output.end(), std::begin(bytes), std::end(bytes));
}

void PutAction(uint8_t kind, ConnHandle conn, absl::Span<const uint8_t> bytes) {
  output.push_back(kind);
  PutU32(conn.value());
  PutU32(static_cast<uint32_t>(bytes.size()));
  output.insert(output.end(), bytes.begin(), bytes.end());
}

absl::Span<const uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// kind (1) | conn or instance (4) | length (4) | bytes, by kind: 0 one or more
// messages, 1 a close reason (1), 2 a token, 3 a URL, 4 for an instance,
// 5 swarm (32) client (8) record, 6 swarm client, 7 swarm, 8 swarm FileInfo,
// 9 swarm.
struct Packer {
  Timestamp now;
  Outbox& outbox;

  void operator()(const tracker_action::SendTo& send) {
    outbox.Put(now, send.conn, send.message, send.can_wait);
  }
  void operator()(const tracker_action::Close& close) {
    const std::vector<uint8_t> last = outbox.TakeAll(close.conn);
    if (!last.empty()) PutAction(0, close.conn, last);
    const auto reason = static_cast<uint8_t>(close.reason);
    PutAction(1, close.conn, absl::MakeConstSpan(&reason, 1));
  }
  void operator()(const tracker_action::CheckToken& check) {
    PutAction(2, check.conn, BytesOf(check.token));
  }
  void operator()(const tracker_action::NeedResource& need) {
    PutAction(3, ConnHandle(0), BytesOf(need.url));
  }
  void operator()(const tracker_action::Forward& forward) {
    PutAction(4, ConnHandle(forward.instance.value()), forward.message);
  }
  void operator()(const tracker_action::Announce& announce) {
    Writer writer;
    writer.Bytes(announce.swarm);
    writer.U64(announce.client.value());
    writer.Bytes(announce.record);
    PutAction(5, ConnHandle(0), writer.Take());
  }
  void operator()(const tracker_action::Withdraw& withdraw) {
    Writer writer;
    writer.Bytes(withdraw.swarm);
    writer.U64(withdraw.client.value());
    PutAction(6, ConnHandle(0), writer.Take());
  }
  void operator()(const tracker_action::NeedSwarm& need) {
    PutAction(7, ConnHandle(0), need.swarm);
  }
  void operator()(const tracker_action::KeepInfo& keep) {
    Writer writer;
    writer.Bytes(keep.swarm);
    writer.Bytes(keep.message);
    PutAction(8, ConnHandle(0), writer.Take());
  }
  void operator()(const tracker_action::CountCompleted& count) {
    PutAction(9, ConnHandle(0), count.swarm);
  }
};

// A FileInfo whose block hashes are the first bytes of the input; nullopt
// where sizes and hashes don't fit each other.
std::optional<FileInfo> FileInfoFromInput(double size, uint32_t block_size,
                                          uint32_t chunk_size,
                                          uint32_t hashes_length) {
  const auto layout =
      Layout::Create(static_cast<uint64_t>(size), block_size, chunk_size);
  const absl::Span<const uint8_t> bytes = input.First(hashes_length);
  if (!layout || bytes.size() != layout->num_blocks() * sizeof(Hash)) {
    return std::nullopt;
  }
  FileInfo info{.layout = *layout,
                .block_hashes = std::vector<Hash>(layout->num_blocks()),
                .validator = {},
                .origin = {},
                .name = {},
                .type = {}};
  for (size_t i = 0; i < info.block_hashes.size(); ++i) {
    std::copy_n(bytes.begin() + i * sizeof(Hash), sizeof(Hash),
                info.block_hashes[i].begin());
  }
  return info;
}

// One FileInfo message into the output: a manifest. Its length, 0 if the sizes
// are impossible.
uint32_t PackManifest(double size, uint32_t block_size, uint32_t chunk_size,
                      uint32_t hashes_length, std::string last_modified,
                      std::string name, std::string type) {
  auto info = FileInfoFromInput(size, block_size, chunk_size, hashes_length);
  if (!info) return 0;
  info->validator.last_modified = std::move(last_modified);
  info->name = std::move(name);
  info->type = std::move(type);
  const SwarmId id = info->ComputeRoot();
  output = SerializeMessage(FileInfoMessage{0, id, *std::move(info)});
  return static_cast<uint32_t>(output.size());
}

uint32_t BlockSizeFor(double size) {
  return DefaultBlockSize(static_cast<uint64_t>(size));
}

void PutSummary(Writer& writer, const Swarm& swarm) {
  const FileInfo* info = swarm.info.get();
  writer.Bytes(swarm.id());
  writer.U32(swarm.all_present());
  writer.U32(swarm.all_seeders());
  writer.U64(swarm.completed);
  writer.U64(swarm.http_bytes);
  writer.U64(swarm.peer_bytes);
  writer.Bool(info != nullptr);
  writer.U64(info == nullptr ? 0 : info->layout.size());
  writer.String(info == nullptr ? "" : info->origin, kMaxSummaryText);
  writer.String(info == nullptr ? "" : info->name, kMaxSummaryText);
}

class JsTracker {
 public:
  // Options by name, before Start; false: there is none of that name.
  bool Set(std::string name, double value) {
    TrackerOptions& o = options_;
    const auto count = static_cast<uint32_t>(value);
    if (name == "matchSize")
      o.match_size = count;
    else if (name == "capacity")
      o.match.capacity = count;
    else if (name == "randomPart")
      o.match.random_part = value;
    else if (name == "enoughNear")
      o.match.enough_near = count;
    else if (name == "farLinks")
      o.match.far_links = count;
    else if (name == "reportInterval")
      o.report_interval = Seconds(value);
    else if (name == "awayGrace")
      o.away_grace = Seconds(value);
    else if (name == "swarmGrace")
      o.swarm_grace = Seconds(value);
    else if (name == "resourceFresh")
      o.resource_fresh = Seconds(value);
    else if (name == "shared")
      o.shared = value != 0;
    else if (name == "checkTokens")
      o.check_tokens = value != 0;
    else if (name == "joinBurst")
      o.limits.joins.burst = value;
    else if (name == "joinRate")
      o.limits.joins.per_second = value;
    else if (name == "messageBurst")
      o.limits.messages.burst = value;
    else if (name == "messageRate")
      o.limits.messages.per_second = value;
    else if (name == "swarmsPerClient")
      o.limits.swarms_per_client = count;
    else if (!SetWeight(name, value))
      return false;
    return true;
  }
  void Start(uint32_t seed_high, uint32_t seed_low) {
    options_.seed = uint64_t{seed_high} << 32 | seed_low;
    tracker_ = std::make_unique<Tracker>(options_);
  }

  // The address's 16 bytes are the first of the input.
  void SocketUp(double now, uint32_t conn, uint32_t asn, uint32_t country) {
    ClientAddress address;
    const absl::Span<const uint8_t> ip = input.First(16);
    std::copy(ip.begin(), ip.end(), address.ip.begin());
    address.asn = asn;
    address.country = static_cast<uint16_t>(country);
    tracker_->SocketUp(At(now), ConnHandle(conn), address);
  }
  void SocketMessage(double now, uint32_t conn, uint32_t length) {
    tracker_->SocketMessage(At(now), ConnHandle(conn), input.First(length));
  }
  void SocketDown(double now, uint32_t conn) {
    outbox_.Forget(ConnHandle(conn));
    tracker_->SocketDown(At(now), ConnHandle(conn));
  }
  void TokenChecked(double now, uint32_t conn, bool good) {
    tracker_->TokenChecked(At(now), ConnHandle(conn), good);
  }

  // What the next ResourceReady is about.
  void Describe(std::string etag, std::string last_modified, std::string name,
                std::string type) {
    description_.validator = {std::move(etag), std::move(last_modified)};
    description_.name = std::move(name);
    description_.type = std::move(type);
  }
  // False if sizes and hashes (the input) don't fit each other.
  bool ResourceReady(double now, std::string url, double size,
                     uint32_t block_size, uint32_t chunk_size,
                     uint32_t hashes_length) {
    auto info = FileInfoFromInput(size, block_size, chunk_size, hashes_length);
    if (!info) return false;
    info->origin = url;
    info->validator = std::move(description_.validator);
    info->name = std::move(description_.name);
    info->type = std::move(description_.type);
    description_ = {};
    tracker_->ResourceReady(At(now), url, *std::move(info));
    return true;
  }
  void ResourceFailed(double now, std::string url, uint32_t code,
                      std::string text) {
    tracker_->ResourceFailed(At(now), url, static_cast<SwarmErrorCode>(code),
                             text);
  }

  void FromInstance(double now, uint32_t instance, uint32_t length) {
    tracker_->FromInstance(At(now), InstanceHandle(instance),
                           input.First(length));
  }
  void InstanceGone(double now, uint32_t instance, uint32_t length) {
    tracker_->InstanceGone(At(now), InstanceHandle(instance),
                           input.First(length));
  }
  // The input: swarm (32) | peers (4) | completed (4) | length (4) and FileInfo
  // message, or 0 | ( instance (4) | length (4) | record ) × n.
  void SwarmSampled(double now_ms, uint32_t length) {
    const Timestamp now = At(now_ms);
    Reader reader(input.First(length));
    const SwarmId id = reader.Digest();
    SwarmSample sample;
    sample.peers = reader.U32();
    sample.completed = reader.U32();
    FrameReader info(reader.Bytes(reader.U32()));
    if (const auto frame = info.Next()) {
      auto message = FileInfoMessage::Parse(frame->value);
      if (message) sample.info = std::move(message->info);
    }
    while (reader.ok() && reader.remaining() > 0) {
      const InstanceHandle instance(reader.U32());
      Reader bytes(reader.Bytes(reader.U32()));
      if (auto record = PeerRecord::Parse(now, bytes)) {
        sample.members.emplace_back(instance, *std::move(record));
      }
    }
    tracker_->SwarmSampled(now, id, sample);
  }

  void AddIceServer(std::string url, std::string username,
                    std::string credential) {
    ice_servers_.push_back(
        {std::move(url), std::move(username), std::move(credential)});
  }
  // Those added since the last call replace the ones in use.
  void UseIceServers() {
    tracker_->SetIceServers(std::exchange(ice_servers_, {}));
  }

  void Shutdown(double within_ms) {
    tracker_->Shutdown(Seconds(within_ms / 1000));
  }
  void Advance(double now) { tracker_->Advance(At(now)); }
  double Deadline() const {
    const Timestamp deadline =
        std::min(tracker_->deadline(), outbox_.deadline());
    return deadline == Timestamp::Never()
               ? std::numeric_limits<double>::infinity()
               : static_cast<double>(deadline.micros()) / 1000;
  }

  // All actions since the last call into the output, those messages last that
  // no socket is closed after; its length.
  uint32_t TakeActions(double now_ms) {
    const Timestamp now = At(now_ms);
    output.clear();
    for (const TrackerAction& action : tracker_->TakeActions()) {
      std::visit(Packer{now, outbox_}, action);
    }
    for (const auto& [conn, bytes] : outbox_.TakeDue(now)) {
      PutAction(0, conn, bytes);
    }
    return static_cast<uint32_t>(output.size());
  }

  // The largest swarms into the output; its length. Each: id (32) | peers (4) |
  // seeders (4) | completed (8) | http (8) | peer bytes (8) | known (1) |
  // size (8) | origin | name (strings)
  uint32_t LargestSwarms(uint32_t count) const {
    Writer writer;
    for (const Swarm* swarm : tracker_->registry().LargestSwarms(count)) {
      PutSummary(writer, *swarm);
    }
    output = writer.Take();
    return static_cast<uint32_t>(output.size());
  }

  // The swarm whose id is the first of the input, into the output; its length,
  // 0 if there is none. summary, as LargestSwarms has it | present (4) | edges
  // left out (4) | members (4) × ( key (4) | vendor (1) | version (2) | country
  // (2) | asn (4) | flags (1) | obtainable (2, permille) | down rate (4) | up
  // rate (4) | blocks (4) | of (4) | http (8) | peer bytes (8) | stored (8) |
  // uploaded (8) ) | edges (4) × ( a (4) | b (4) | state (1) | a to b (4) | b
  // to a (4) | rtt (2) ). Flags, from the lowest: seeder, uploads, metered,
  // elsewhere, reported.
  uint32_t LookAtSwarm(double now) {
    SwarmId id{};
    const absl::Span<const uint8_t> bytes = input.First(id.size());
    std::copy(bytes.begin(), bytes.end(), id.begin());
    const std::optional<SwarmView> view = tracker_->Look(At(now), id);
    if (!view) return 0;
    Writer writer;
    PutSummary(writer, *tracker_->registry().FindSwarm(id));
    writer.U32(view->present);
    writer.U32(view->edges_left_out);
    writer.U32(static_cast<uint32_t>(view->members.size()));
    for (const SwarmView::Member& member : view->members) {
      writer.U32(member.key);
      writer.U8(member.browser.vendor);
      writer.U16(member.browser.version);
      writer.U16(member.place.country);
      writer.U32(member.place.asn);
      writer.U8(static_cast<uint8_t>(
          (member.seeder ? 1 : 0) | (member.uploads ? 2 : 0) |
          (member.metered ? 4 : 0) | (member.elsewhere ? 8 : 0) |
          (member.reported ? 16 : 0)));
      writer.U16(static_cast<uint16_t>(std::lround(member.obtainable * 1000)));
      writer.U32(member.down_rate);
      writer.U32(member.up_rate);
      writer.U32(member.blocks);
      writer.U32(member.num_blocks);
      writer.U64(member.http_bytes);
      writer.U64(member.peer_bytes);
      writer.U64(member.stored_bytes);
      writer.U64(member.uploaded);
    }
    writer.U32(static_cast<uint32_t>(view->edges.size()));
    for (const SwarmView::Edge& edge : view->edges) {
      writer.U32(edge.a);
      writer.U32(edge.b);
      writer.U8(static_cast<uint8_t>(edge.state));
      writer.U32(edge.a_to_b);
      writer.U32(edge.b_to_a);
      writer.U16(edge.rtt_ms);
    }
    output = writer.Take();
    return static_cast<uint32_t>(output.size());
  }

  // How connections came about, into the output; its length. By browsers:
  // pairs (4) × ( vendor (1) | vendor (1) | connected (8) | failed (8) ),
  // by candidates the same with types, by place: places (4) × ( country (2) |
  // asn (4) | clients (4) | http (8) | peer bytes (8) | connected (8) |
  // failed (8) ).
  uint32_t Connects(uint32_t max_places) const {
    Writer writer;
    const auto pairs = tracker_->history().ByVendor();
    writer.U32(static_cast<uint32_t>(pairs.size()));
    for (const PairHistory::VendorPair& pair : pairs) {
      writer.U8(pair.a);
      writer.U8(pair.b);
      writer.U64(static_cast<uint64_t>(std::llround(pair.connected)));
      writer.U64(static_cast<uint64_t>(std::llround(pair.failed)));
    }
    const ConnectFigures& connects = tracker_->connects();
    writer.U32(kNumCandidateTypes * (kNumCandidateTypes + 1) / 2);
    for (uint8_t a = 0; a < kNumCandidateTypes; ++a) {
      for (uint8_t b = a; b < kNumCandidateTypes; ++b) {
        const ConnectFigures::Tally& tally = connects.ByTypes(
            static_cast<CandidateType>(a), static_cast<CandidateType>(b));
        writer.U8(a);
        writer.U8(b);
        writer.U64(tally.connected);
        writer.U64(tally.failed);
      }
    }
    const auto places = tracker_->registry().LargestPlaces(max_places);
    writer.U32(static_cast<uint32_t>(places.size()));
    for (const PlaceFigures& figures : places) {
      const ConnectFigures::Tally tally = connects.ByPlace(figures.place);
      writer.U16(figures.place.country);
      writer.U32(figures.place.asn);
      writer.U32(figures.clients);
      writer.U64(figures.http_bytes);
      writer.U64(figures.peer_bytes);
      writer.U64(tally.connected);
      writer.U64(tally.failed);
    }
    output = writer.Take();
    return static_cast<uint32_t>(output.size());
  }

  double Stat(std::string name) const {
    const TrackerStats stats = tracker_->stats();
    const std::pair<std::string_view, uint64_t> all[] = {
        {"sockets", stats.sockets},     {"clients", stats.clients},
        {"swarms", stats.swarms},       {"members", stats.members},
        {"joins", stats.joins},         {"matches", stats.matches},
        {"relayed", stats.relayed},     {"completed", stats.completed},
        {"refused", stats.refused},     {"bytesHTTP", stats.http_bytes},
        {"bytesP2P", stats.peer_bytes}, {"bytesStored", stats.stored_bytes}};
    for (const auto& [known, value] : all) {
      if (known == name) return static_cast<double>(value);
    }
    return std::nan("");
  }

 private:
  struct Description {
    Validator validator;
    std::string name;
    std::string type;
  };

  bool SetWeight(std::string_view name, double value) {
    MatchWeights& w = options_.match.weights;
    const std::pair<std::string_view, double*> all[] = {
        {"weightChunks", &w.chunks},
        {"weightLocality", &w.locality},
        {"weightBandwidth", &w.bandwidth},
        {"weightLoad", &w.load},
        {"weightRoom", &w.room},
        {"weightLifetime", &w.lifetime},
        {"weightCongestion", &w.congestion},
        {"weightMetered", &w.metered},
        {"weightShare", &w.share}};
    for (const auto& [known, weight] : all) {
      if (known != name) continue;
      *weight = value;
      return true;
    }
    return false;
  }

  TrackerOptions options_;
  std::unique_ptr<Tracker> tracker_;
  Outbox outbox_;
  std::vector<IceServer> ice_servers_;
  Description description_;
};

EMSCRIPTEN_BINDINGS(peer5_tracker) {
  emscripten::function("inputAt", &InputAt);
  emscripten::function("outputAt", &OutputAt);
  emscripten::function("defaultBlockSize", &BlockSizeFor);
  emscripten::function("packManifest", &PackManifest);
  emscripten::class_<JsTracker>("Tracker")
      .constructor<>()
      .function("set", &JsTracker::Set)
      .function("start", &JsTracker::Start)
      .function("socketUp", &JsTracker::SocketUp)
      .function("socketMessage", &JsTracker::SocketMessage)
      .function("socketDown", &JsTracker::SocketDown)
      .function("tokenChecked", &JsTracker::TokenChecked)
      .function("describe", &JsTracker::Describe)
      .function("resourceReady", &JsTracker::ResourceReady)
      .function("resourceFailed", &JsTracker::ResourceFailed)
      .function("fromInstance", &JsTracker::FromInstance)
      .function("instanceGone", &JsTracker::InstanceGone)
      .function("swarmSampled", &JsTracker::SwarmSampled)
      .function("addIceServer", &JsTracker::AddIceServer)
      .function("useIceServers", &JsTracker::UseIceServers)
      .function("shutdown", &JsTracker::Shutdown)
      .function("advance", &JsTracker::Advance)
      .function("deadline", &JsTracker::Deadline)
      .function("takeActions", &JsTracker::TakeActions)
      .function("largestSwarms", &JsTracker::LargestSwarms)
      .function("lookAtSwarm", &JsTracker::LookAtSwarm)
      .function("connects", &JsTracker::Connects)
      .function("stat", &JsTracker::Stat);
}

}  // namespace
}  // namespace peer5
