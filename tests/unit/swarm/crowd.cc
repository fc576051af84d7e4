#include "tests/unit/swarm/crowd.h"

#include <algorithm>
#include <cstdio>

#include "core/content/sha256.h"
#include "core/wire/client_hello.h"
#include "core/wire/completed_download.h"
#include "core/wire/data.h"
#include "core/wire/file_info.h"
#include "core/wire/join.h"
#include "core/wire/leave.h"
#include "core/wire/match.h"
#include "core/wire/sdp.h"
#include "core/wire/swarm_error.h"
#include "core/wire/welcome.h"

namespace peer5 {
namespace {

constexpr Duration kDelay = Duration::Millis(5);
constexpr uint32_t kHttpPiece = 64 * 1024;
constexpr char kUrl[] = "https://origin.example/file";

}  // namespace

Resource MakeResource(uint64_t size, uint32_t block_size, uint32_t chunk_size,
                      uint64_t seed) {
  Resource resource;
  Rng rng(seed);
  resource.bytes.resize(size);
  for (uint8_t& byte : resource.bytes) byte = static_cast<uint8_t>(rng.Next());
  FileInfo info{*Layout::Create(size, block_size, chunk_size),
                {},
                {"\"1\"", ""},
                kUrl,
                "file",
                "text/plain"};
  for (uint32_t b = 0; b < info.layout.num_blocks(); ++b) {
    const BlockIndex block(b);
    info.block_hashes.push_back(
        Sha256::Of(absl::MakeConstSpan(resource.bytes)
                       .subspan(info.layout.BlockOffset(block),
                                info.layout.BlockLength(block))));
  }
  resource.id = info.ComputeRoot();
  resource.info = std::make_shared<FileInfo>(std::move(info));
  return resource;
}

struct Crowd::Member {
  ClientId id;
  std::unique_ptr<ListingClient> client;
  bool gone = false;
  bool tracked = true;
  bool joined = false;
  bool liar = false;
  bool silent = false;
  bool reliable = true;
  Duration uplink_queue;
  SwarmHandle swarm{0};
  std::vector<Action> log;
  std::map<uint32_t, std::vector<uint8_t>> parts;  // unfinished blocks
  std::map<uint32_t, std::vector<uint8_t>> committed;
  std::map<uint32_t, std::vector<uint8_t>> suspects;
  std::vector<uint8_t> kept;                               // before FileInfo
  absl::Span<const uint8_t> input;                         // being handled
  std::map<uint32_t, std::pair<Index, PeerHandle>> peers;  // other end
  std::map<uint32_t, ClientId> peer_ids;
  std::set<uint32_t> fetches;  // running
  std::set<uint32_t> paused;
};

Crowd::Crowd(Resource resource) : resource_(std::move(resource)) {
  origin_.bytes = resource_.bytes;
}
Crowd::~Crowd() = default;

void Crowd::At(Timestamp when, std::function<void()> what) {
  events_.emplace(when, std::move(what));
}

Crowd::Index Crowd::AddClient(ClientOptions options, bool tracked) {
  const Index index = members_.size();
  options.id = ClientId(1000 + index);
  options.seed = 100 + index;
  auto& member = members_.emplace_back(std::make_unique<Member>());
  member->id = options.id;
  member->client = std::make_unique<ListingClient>(options);
  member->tracked = tracked;
  if (tracked && tracker_up_) {
    At(now_ + kDelay, [this, index] {
      members_[index]->client->TrackerUp(now_);
      Drain(index);
    });
  } else {
    member->client->TrackerDown(now_);
  }
  return index;
}

void Crowd::Download(Index index, SwarmOptions options) {
  if (options.mode == DownloadMode::kP2p) {
    options.id = resource_.id;
  } else {
    options.url = kUrl;
  }
  members_[index]->swarm = members_[index]->client->Open(now_, options);
  Drain(index);
}

void Crowd::Seed(Index index) {
  Member& member = *members_[index];
  const Layout& layout = resource_.info->layout;
  for (uint32_t b = 0; b < layout.num_blocks(); ++b) {
    const auto start =
        resource_.bytes.begin() +
        static_cast<ptrdiff_t>(layout.BlockOffset(BlockIndex(b)));
    member.committed[b].assign(start,
                               start + layout.BlockLength(BlockIndex(b)));
  }
  member.swarm = member.client->Share(now_, *resource_.info);
  Drain(index);
}

void Crowd::Leave(Index index) {
  Member& gone = *members_[index];
  gone.gone = true;
  for (auto& [handle, other] : gone.peers) {
    const auto [who, peer] = other;
    At(now_ + kDelay, [this, who = who, peer = peer] {
      members_[who]->client->PeerDown(now_, peer);
      Drain(who);
    });
  }
}

void Crowd::CloseSwarm(Index index) {
  members_[index]->client->Close(now_, members_[index]->swarm);
  Drain(index);
}

void Crowd::StopTracker() {
  tracker_up_ = false;
  for (Index i = 0; i < members_.size(); ++i) {
    members_[i]->joined = false;
    members_[i]->client->TrackerDown(now_);
    Drain(i);
  }
}

void Crowd::StartTracker() {
  tracker_up_ = true;
  for (Index i = 0; i < members_.size(); ++i) {
    members_[i]->client->TrackerUp(now_);
    Drain(i);
  }
}

void Crowd::MakeLiar(Index client) { members_[client]->liar = true; }
void Crowd::MakeSilent(Index client) { members_[client]->silent = true; }

bool Crowd::Run(std::function<bool()> until, Duration limit) {
  const Timestamp end = now_ + limit;
  while (!until()) {
    Timestamp next =
        events_.empty() ? Timestamp::Never() : events_.begin()->first;
    Index due = members_.size();
    for (Index i = 0; i < members_.size(); ++i) {
      if (members_[i]->gone) continue;
      const Timestamp deadline = members_[i]->client->deadline();
      if (deadline < next) {
        next = deadline;
        due = i;
      }
    }
    if (next > end) return false;
    now_ = std::max(now_, next);
    if (due < members_.size()) {
      members_[due]->client->Advance(now_);
      Drain(due);
    } else {
      const auto what = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      what();
    }
  }
  return true;
}

bool Crowd::RunUntilDone(Duration limit) {
  return Run(
      [this] {
        for (Index i = 0; i < members_.size(); ++i) {
          if (!members_[i]->gone && !Done(i)) return false;
        }
        return true;
      },
      limit);
}

bool Crowd::Done(Index index) const {
  return members_[index]->committed.size() ==
         resource_.info->layout.num_blocks();
}

bool Crowd::Right(Index index) const {
  std::vector<uint8_t> all;
  for (const auto& [block, bytes] : members_[index]->committed) {
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  return all == resource_.bytes;
}

std::vector<Action> Crowd::ActionsOf(Index index) const {
  return members_[index]->log;
}
Client::SwarmStats Crowd::Stats(Index index) const {
  return members_[index]->client->stats(members_[index]->swarm);
}
Client& Crowd::client(Index index) { return *members_[index]->client; }
SwarmHandle Crowd::swarm(Index index) const { return members_[index]->swarm; }

void Crowd::Drain(Index index) {
  Member& member = *members_[index];
  if (member.gone) return;
  for (const Action& action : member.client->TakeActions()) {
    member.log.push_back(action);
    Do(index, action);
  }
}

Crowd::Index Crowd::ByClientId(ClientId id) const {
  for (Index i = 0; i < members_.size(); ++i) {
    if (members_[i]->id == id) return i;
  }
  return members_.size();
}

void Crowd::Do(Index index, const Action& any) {
  Member& m = *members_[index];
  const Layout& layout = resource_.info->layout;
  auto part = [&](BlockIndex block) -> std::vector<uint8_t>& {
    auto& bytes = m.parts[block.value()];
    bytes.resize(layout.BlockLength(block));
    return bytes;
  };
  if (const auto* a = std::get_if<action::SendTracker>(&any)) {
    if (tracker_up_ && m.tracked) {
      At(now_ + kDelay, [this, index, bytes = a->message] {
        if (tracker_up_) ToTracker(index, bytes);
      });
    }
  } else if (const auto* a = std::get_if<action::Connect>(&any)) {
    Connect(index, a->peer, a->offer);
  } else if (const auto* a = std::get_if<action::RemoteSignal>(&any)) {
    // An answer or offer with the other side's handle in it.
    if (a->kind == SdpKind::kOffer || a->kind == SdpKind::kAnswer) {
      unsigned long long who = 0;
      unsigned handle = 0;
      std::sscanf(a->text.c_str(), "%llu/%u", &who, &handle);
      m.peers[a->peer.value()] = {static_cast<Index>(who), PeerHandle(handle)};
      if (a->kind == SdpKind::kOffer) {
        m.client->LocalSignal(
            now_, a->peer, SdpKind::kAnswer,
            std::to_string(index) + "/" + std::to_string(a->peer.value()));
      }
      const PeerHandle peer = a->peer;
      // The answer takes two hops, so both ends open at the same time.
      const Duration wait =
          a->kind == SdpKind::kOffer ? kDelay * 4 : kDelay * 2;
      At(now_ + wait, [this, index, peer] {
        if (members_[index]->gone) return;
        members_[index]->client->PeerUp(now_, peer, 262144,
                                        members_[index]->reliable);
        Drain(index);
      });
      Drain(index);
    }
  } else if (const auto* a = std::get_if<action::Disconnect>(&any)) {
    const auto it = m.peers.find(a->peer.value());
    if (it != m.peers.end()) {
      const auto [who, peer] = it->second;
      m.peers.erase(it);
      At(now_ + kDelay, [this, who = who, peer = peer] {
        if (members_[who]->gone) return;
        members_[who]->client->PeerDown(now_, peer);
        Drain(who);
      });
    }
  } else if (const auto* a = std::get_if<action::Send>(&any)) {
    Deliver(index, a->peer, a->message);
  } else if (const auto* a = std::get_if<action::SendData>(&any)) {
    if (!m.silent) {
      const auto header = Data{a->swarm_prefix, a->chunk, a->length}.Header();
      std::vector<uint8_t> message(header.begin(), header.end());
      const auto& block = m.committed.at(a->block.value());
      message.insert(message.end(), block.begin() + a->offset,
                     block.begin() + a->offset + a->length);
      if (m.liar) message.back() ^= 1;
      Deliver(index, a->peer, std::move(message));
    }
    const PeerHandle peer = a->peer;
    At(now_ + Duration::Millis(2), [this, index, peer] {
      if (members_[index]->gone) return;
      members_[index]->client->PeerBuffered(now_, peer, 0);
      Drain(index);
    });
  } else if (const auto* a = std::get_if<action::Fetch>(&any)) {
    m.fetches.insert(a->fetch.value());
    Serve(index, *a);
  } else if (const auto* a = std::get_if<action::AbortFetch>(&any)) {
    m.fetches.erase(a->fetch.value());
  } else if (const auto* a = std::get_if<action::PauseFetch>(&any)) {
    m.paused.insert(a->fetch.value());
  } else if (const auto* a = std::get_if<action::ResumeFetch>(&any)) {
    m.paused.erase(a->fetch.value());
  } else if (const auto* a = std::get_if<action::Store>(&any)) {
    std::copy_n(m.input.begin() + a->source_offset, a->length,
                part(a->block).begin() + a->block_offset);
  } else if (const auto* a = std::get_if<action::StoreKept>(&any)) {
    std::copy_n(m.kept.begin() + static_cast<ptrdiff_t>(a->stream_offset),
                a->length, part(a->block).begin() + a->block_offset);
  } else if (const auto* a = std::get_if<action::Verify>(&any)) {
    const Hash digest = Sha256::Of(m.parts.at(a->block.value()));
    const BlockIndex block = a->block;
    At(now_ + Duration::Millis(1), [this, index, block, digest] {
      Member& member = *members_[index];
      if (member.gone) return;
      member.client->BlockDigest(now_, member.swarm, block, digest);
      Drain(index);
    });
  } else if (const auto* a = std::get_if<action::Commit>(&any)) {
    m.committed[a->block.value()] = std::move(m.parts[a->block.value()]);
    m.parts.erase(a->block.value());
  } else if (const auto* a = std::get_if<action::Discard>(&any)) {
    if (a->keep_suspect)
      m.suspects[a->block.value()] = m.parts[a->block.value()];
    m.parts.erase(a->block.value());
  } else if (const auto* a = std::get_if<action::CompareSuspect>(&any)) {
    const auto& wrong = m.suspects.at(a->block.value());
    const auto& right = m.committed.at(a->block.value());
    for (uint32_t c = 0; c < layout.ChunksIn(a->block); ++c) {
      const auto from = static_cast<ptrdiff_t>(layout.ChunkOffset(c));
      const auto length =
          static_cast<ptrdiff_t>(layout.ChunkLength(a->block, c));
      if (!std::equal(wrong.begin() + from, wrong.begin() + from + length,
                      right.begin() + from)) {
        m.client->SuspectChunk(now_, a->swarm, a->block, c);
      }
    }
    m.suspects.erase(a->block.value());
    Drain(index);
  }
}

void Crowd::Deliver(Index from, PeerHandle peer, std::vector<uint8_t> message) {
  Member& sender = *members_[from];
  const auto it = sender.peers.find(peer.value());
  if (it == sender.peers.end()) return;
  ++messages_;
  if (loss_ > 0 && rng_.Unit() < loss_) return;
  const auto [to, handle] = it->second;
  At(now_ + kDelay + sender.uplink_queue +
         Duration::FromSeconds(disorder_.seconds() * rng_.Unit()),
     [this, to = to, handle = handle, bytes = std::move(message)] {
       Member& receiver = *members_[to];
       if (receiver.gone) return;
       receiver.input = bytes;
       receiver.client->PeerMessage(now_, handle, bytes,
                                    static_cast<uint32_t>(bytes.size()));
       Drain(to);
     });
}

void Crowd::SetUplinkQueue(Index client, Duration delay) {
  members_[client]->uplink_queue = delay;
}

void Crowd::Connect(Index index, PeerHandle peer, bool offer) {
  if (!offer) return;
  members_[index]->client->LocalSignal(
      now_, peer, SdpKind::kOffer,
      std::to_string(index) + "/" + std::to_string(peer.value()));
  Drain(index);
}

void Crowd::Serve(Index index, const action::Fetch& fetch) {
  const FetchHandle id = fetch.fetch;
  const bool plain = fetch.last == action::kToTheEnd && fetch.first == 0;
  const uint64_t first = origin_.ranges ? fetch.first : 0;
  const uint64_t end = std::min<uint64_t>(
      origin_.bytes.size(),
      origin_.ranges && !plain ? fetch.last + 1 : UINT64_MAX);
  const Timestamp answered = now_ + origin_.answers_after + kDelay;
  At(answered, [this, index, id, plain, first] {
    if (!Running(index, id)) return;
    if (!origin_.up) {
      EndFetch(index, id, false);
      return;
    }
    Client::HttpHead head;
    head.status = origin_.status != 200      ? origin_.status
                  : plain || !origin_.ranges ? 200
                                             : 206;
    head.first = first;
    head.total = static_cast<int64_t>(origin_.bytes.size());
    head.validator.etag = origin_.etag;
    head.shareable = origin_.shareable;
    members_[index]->client->FetchHead(now_, id, head);
    Drain(index);
  });
  At(answered + kDelay, [this, index, id, first, end] {
    ServePiece(index, id, first, first, end);
  });
}

bool Crowd::Running(Index index, FetchHandle id) const {
  return !members_[index]->gone &&
         members_[index]->fetches.count(id.value()) > 0;
}

void Crowd::EndFetch(Index index, FetchHandle id, bool ok) {
  members_[index]->fetches.erase(id.value());
  members_[index]->client->FetchEnd(now_, id, ok);
  Drain(index);
}

// One piece after the other, at the origin's rate.
void Crowd::ServePiece(Index index, FetchHandle id, uint64_t first,
                       uint64_t position, uint64_t end) {
  if (!Running(index, id)) return;
  Member& member = *members_[index];
  if (member.paused.count(id.value()) > 0) {
    At(now_ + kDelay,
       [=, this] { ServePiece(index, id, first, position, end); });
    return;
  }
  const bool died = !origin_.up || position - first >= origin_.dies_after;
  if (died || position >= end) {
    EndFetch(index, id, !died);
    return;
  }
  const uint32_t length =
      static_cast<uint32_t>(std::min<uint64_t>(kHttpPiece, end - position));
  member.input = absl::MakeConstSpan(origin_.bytes).subspan(position, length);
  if (member.client->file_info(member.swarm) == nullptr) {
    member.kept.insert(member.kept.end(), member.input.begin(),
                       member.input.end());
  }
  member.client->FetchBytes(now_, id, length);
  Drain(index);
  At(now_ + Duration::FromSeconds(length / origin_.bytes_per_second),
     [=, this] { ServePiece(index, id, first, position + length, end); });
}

// --- the tracker
// --------------------------------------------------------------

void Crowd::FromTracker(Index index, std::vector<uint8_t> message) {
  At(now_ + tracker_delay_, [this, index, bytes = std::move(message)] {
    Member& member = *members_[index];
    if (member.gone) return;
    member.client->TrackerMessage(now_, bytes);
    Drain(index);
  });
}

void Crowd::ToTracker(Index index, const std::vector<uint8_t>& message) {
  FrameReader reader(message);
  while (const auto frame = reader.Next()) {
    if (frame->tag == ClientHello::kTag) {
      FromTracker(index, SerializeMessage(Welcome{1, 5000, {}}));
    } else if (frame->tag == Join::kTag) {
      const Join join = *Join::Parse(frame->value);
      if (!join.id) {
        FromTracker(index, SerializeMessage(FileInfoMessage{
                               join.ref, resource_.id, *resource_.info}));
      } else if ((join.flags & Join::kHasInfo) == 0) {
        FromTracker(index, SerializeMessage(FileInfoMessage{join.ref, *join.id,
                                                            *resource_.info}));
      }
      if (!members_[index]->joined) Introduce(index);
      members_[index]->joined = true;
    } else if (frame->tag == Sdp::kTag) {
      const Index to = ByClientId(Sdp::Parse(frame->value)->dest);
      if (to < members_.size()) FromTracker(to, message);
    }
  }
}

void Crowd::Introduce(Index index) {
  Match match;
  match.swarm = resource_.id;
  for (Index i = 0; i < members_.size(); ++i) {
    if (i == index || !members_[i]->joined || members_[i]->gone) continue;
    match.candidates.push_back({members_[i]->id, Match::kYouOffer});
    Match back;
    back.swarm = resource_.id;
    back.swarm_peers = 1;
    back.candidates.push_back({members_[index]->id, 0});
    FromTracker(i, SerializeMessage(back));
  }
  match.swarm_peers = static_cast<uint32_t>(match.candidates.size());
  FromTracker(index, SerializeMessage(match));
}

}  // namespace peer5
