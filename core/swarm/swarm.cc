#include "core/swarm/swarm.h"

#include <algorithm>
#include <utility>

namespace peer5 {
namespace {

// How long a failed origin's answer is kept back while a tracker or peers may
// still bring the resource.
constexpr Duration kRescueHope = Duration::Seconds(3);
// A download that is done waits so long for FileInfo, to serve others: the
// tracker may be hashing the file for the first time.
constexpr Duration kInfoHope = Duration::Seconds(60);
// With FileInfo and a dead origin: how long to wait for peers.
constexpr Duration kPeerHope = Duration::Seconds(20);
// From an introduction to a connection, usually.
constexpr Duration kLinkHope = Duration::Millis(2500);
// Peers are "moving" while bytes have come so lately.
constexpr Duration kMoving = Duration::Seconds(2);
// An origin that has not answered for so long may be spoken for by FileInfo,
// once others have brought something.
constexpr Duration kHeadPatience = Duration::Seconds(2);
// Failed blocks kept aside to find the liar; each holds a block in memory.
constexpr size_t kMaxSuspects = 4;
// In-order reading: what is needed within this time is asked of peers before
// the rarest; what is needed within the shorter one is left to HTTP, unless it
// has come by then.
constexpr double kUrgentSeconds = 20.0;
constexpr double kHttpSeconds = 4.0;
// uploaded-bytes news for the page, at most this often (bytes).
constexpr uint64_t kUploadNews = 256 * 1024;
// A seeder hears of our progress so many times.
constexpr uint32_t kProgressSteps = 20;

}  // namespace

Swarm::Swarm(Context& context, SwarmHost& host, SwarmHandle handle,
             const SwarmOptions& options)
    : context_(context),
      host_(host),
      handle_(handle),
      options_(options),
      id_(options.id),
      http_(context, handle, options_) {}

bool Swarm::wants_tracker() const {
  if (!takes_part() || options_.mode == DownloadMode::kHttp) return false;
  if (state_ != State::kOpening || options_.min_size == 0) return true;
  const auto& head = http_.first_head();
  return head && head->total >= 0 &&
         static_cast<uint64_t>(head->total) >= options_.min_size;
}

void Swarm::Start(Timestamp now) {
  opened_ = now;
  hope_until_ = Timestamp::Never();
  if (options_.mode != DownloadMode::kP2p && options_.fetch_at_once) {
    http_.Start(now);
  }
}

void Swarm::StartSharing(Timestamp now, FileInfo info) {
  opened_ = now;
  head_known_ = true;
  shared_ = true;
  id_ = info.ComputeRoot();
  info_ = std::move(info);
  blocks_.emplace(info_->layout);
  downloader_.emplace(context_, *blocks_, links_);
  for (uint32_t b = 0; b < info_->layout.num_blocks(); ++b) {
    blocks_->Commit(BlockIndex(b));
  }
  stats_.stored_bytes = info_->layout.size();
  state_ = State::kDone;
  host_.OnSwarmIdentified(now, *this);
}

bool Swarm::OnInfo(Timestamp now, FileInfo info, const SwarmId& id) {
  if (state_ != State::kOpening || paused_) return state_ != State::kOpening;
  if (info.ComputeRoot() != id || (id_ && *id_ != id)) {
    if (options_.mode == DownloadMode::kP2p) {
      Fail(now, action::FailReason::kVerification);
    } else {
      OnNoInfo(now, SwarmErrorCode::kNotFound);
    }
    return false;
  }
  const auto& head = http_.first_head();
  if (head && head->status == 200) {
    const uint64_t size = info.layout.size();
    const bool other_size =
        (head->total >= 0 && static_cast<uint64_t>(head->total) != size) ||
        (stream_ended_ && http_.position() != size);
    if (other_size || !MayBeSameVersion(head->validator, info.validator)) {
      GoPlain(now, action::PlainMode::kKeepStream,
              action::PlainReason::kVersionMismatch);
      return false;
    }
  }
  if (stored_ && stored_->ComputeRoot() != id) DropStored();
  stored_.reset();
  id_ = id;
  info_ = std::move(info);
  state_ = State::kRunning;
  blocks_.emplace(info_->layout);
  downloader_.emplace(context_, *blocks_, links_);
  context_.Emit(action::InfoReady{handle_});
  if (options_.mode == DownloadMode::kP2p)
    NeedHead();  // there will be no other
  if (held_failure_) {
    context_.Emit(action::AbortFetch{http_.Handle()});
    http_.Stop(nullptr);
    held_failure_ = false;
  }
  UpdateStrategy(now);
  const std::vector<BlockIndex> filled =
      http_.Adopt(now, *blocks_, *downloader_);
  hope_until_ = now + kPeerHope;
  host_.OnSwarmIdentified(now, *this);
  BlocksFilled(now, filled);
  if (blocks_->complete()) Complete(now);  // an empty resource
  PlanHttp(now);
  return true;
}

void Swarm::OnNoInfo(Timestamp now, SwarmErrorCode code) {
  if (state_ != State::kOpening) return;
  const bool p2p = options_.mode == DownloadMode::kP2p;
  if ((p2p || http_failed_) && UseStored(now)) return;
  if (stored_ && !http_.first_head()) {
    no_info_ = true;
    return;
  }
  if (p2p) {
    using Reason = action::FailReason;
    Fail(now, code == SwarmErrorCode::kFirefoxOnly  ? Reason::kFirefoxOnly
              : code == SwarmErrorCode::kChromeOnly ? Reason::kChromeOnly
                                                    : Reason::kNotFound);
    return;
  }
  if (http_failed_) {
    Fail(now, action::FailReason::kNetwork);
  } else {
    GoPlain(now, action::PlainMode::kKeepStream,
            private_ ? action::PlainReason::kNotShareable
                     : action::PlainReason::kNoFileInfo);
  }
}

void Swarm::OnTrackerNews(Timestamp now, uint32_t swarm_peers,
                          bool expect_links) {
  if (!place_) place_ = swarm_peers;
  swarm_peers_ = swarm_peers;
  alone_ = swarm_peers == 0;
  if (expect_links) links_expected_until_ = now + kLinkHope;
  if (state_ != State::kRunning) return;
  PlanHttp(now);
  CheckHope(now);
}

// --- HTTP
// ---------------------------------------------------------------------

void Swarm::OnFetchHead(Timestamp now, const Client::HttpHead& head) {
  if (!takes_part()) return;
  const bool opening = state_ == State::kOpening;
  using Verdict = HttpPlan::Verdict;
  const Verdict verdict = http_.OnHead(now, head, info());
  switch (verdict) {
    case Verdict::kGood:
      if (http_.streaming()) head_known_ = true;
      JudgeStored(now, head);
      if (state_ == State::kRunning && blocks_->complete()) Complete(now);
      return;
    case Verdict::kPrivate:
      private_ = true;
      DropStored();
      GoPlain(now, action::PlainMode::kKeepStream,
              action::PlainReason::kNotShareable);
      return;
    case Verdict::kFinal:
      GoPlain(now, action::PlainMode::kKeepStream,
              action::PlainReason::kNoFileInfo);
      return;
    case Verdict::kChanged:
      if (http_.streaming() && !head_known_) {
        GoPlain(now, action::PlainMode::kKeepStream,
                action::PlainReason::kVersionMismatch);
      } else {
        context_.Emit(action::AbortFetch{http_.Handle()});
        http_.GiveUp(blocks_ ? &*blocks_ : nullptr);
        Fill(now);
        CheckHope(now);
      }
      return;
    case Verdict::kFailed:
      break;
  }
  origin_failed_ = true;
  if (opening) {
    // 5xx or 429: peers may make up for it. Its body waits.
    held_failure_ = true;
    context_.Emit(action::PauseFetch{http_.Handle()});
    hope_until_ = std::min(hope_until_, now + kRescueHope);
    if (UseStored(now)) return;
    if (!host_.TrackerHopeful()) CheckHope(now);
    return;
  }
  context_.Emit(action::AbortFetch{http_.Handle()});
  http_.Stop(&*blocks_);
  if (blocks_->complete()) return Complete(now);
  Fill(now);
  CheckHope(now);
}

void Swarm::OnFetchBytes(Timestamp now, uint32_t length) {
  if (!takes_part()) return;  // the caller has the bytes
  const std::vector<BlockIndex> filled =
      http_.OnBytes(now, length, blocks_ ? &*blocks_ : nullptr,
                    downloader_ ? &*downloader_ : nullptr);
  if (!blocks_) return;
  BlocksFilled(now, filled);
  if (!http_.active()) Fill(now);
}

void Swarm::OnFetchEnd(Timestamp now, bool ok) {
  if (!takes_part()) return;
  const bool whole = http_.OnEnd(now, ok, blocks_ ? &*blocks_ : nullptr);
  if (!whole) origin_failed_ = true;
  if (state_ == State::kRunning) {
    if (blocks_->complete()) return Complete(now);
    Fill(now);
    CheckHope(now);
    return;
  }
  if (state_ != State::kOpening) return;
  if (ok && wants_tracker() && host_.TrackerHopeful()) {
    stream_ended_ = true;
    hope_until_ = now + kInfoHope;
    context_.Emit(action::StreamComplete{handle_});
    return;
  }
  if (ok) {
    GoPlain(now, action::PlainMode::kKeepStream,
            action::PlainReason::kNoTracker);
    return;
  }
  http_failed_ = true;
  hope_until_ = std::min(hope_until_, now + kRescueHope);
  if (UseStored(now)) return;
  if (!host_.TrackerHopeful()) CheckHope(now);
}

void Swarm::NeedHead() {
  if (head_known_) return;
  head_known_ = true;
  context_.Emit(action::HeadFromInfo{handle_});
}

// --- offline storage
// ----------------------------------------------------------

void Swarm::OfferStored(Timestamp now, std::optional<FileInfo> info) {
  if (state_ != State::kOpening) return;
  stored_ = std::move(info);
  if (!stored_) {
    context_.Emit(action::StoredStale{handle_});
  } else if (id_) {
    UseStored(now);
  }
}

// The origin's answer says whether the stored copy is of its version. If it
// does not tell, the tracker will.
void Swarm::JudgeStored(Timestamp now, const Client::HttpHead& head) {
  if (!stored_ || state_ != State::kOpening) return;
  const bool same_size = head.total < 0 || static_cast<uint64_t>(head.total) ==
                                               stored_->layout.size();
  if (!same_size || !MayBeSameVersion(head.validator, stored_->validator)) {
    DropStored();
  } else if (IsSameVersion(head.validator, stored_->validator)) {
    UseStored(now);
  }
  if (no_info_ && state_ == State::kOpening) {
    GoPlain(now, action::PlainMode::kKeepStream,
            action::PlainReason::kNoFileInfo);
  }
}

// True if there is a stored copy, and its FileInfo was accepted.
bool Swarm::UseStored(Timestamp now) {
  if (!stored_) return false;
  FileInfo info = *std::move(stored_);
  stored_.reset();
  const SwarmId root = info.ComputeRoot();
  return OnInfo(now, std::move(info), root);
}

void Swarm::DropStored() {
  if (!stored_) return;
  stored_.reset();
  context_.Emit(action::StoredStale{handle_});
}

// --- blocks
// -------------------------------------------------------------------

void Swarm::BlocksFilled(Timestamp, const std::vector<BlockIndex>& blocks) {
  for (const BlockIndex block : blocks) {
    blocks_->StartVerify(block);
    context_.Emit(action::Verify{handle_, block});
  }
}

void Swarm::OnDigest(Timestamp now, BlockIndex block, const Hash& digest) {
  if (!blocks_ || !blocks_->layout().Contains(block) ||
      blocks_->StateOf(block) != BlockTable::State::kVerifying) {
    return;
  }
  if (digest == info_->block_hashes[block.value()]) {
    CommitBlock(now, block);
  } else {
    OnBadBlock(now, block);
  }
}

void Swarm::CommitBlock(Timestamp now, BlockIndex block) {
  const BlockAssembly assembly = *blocks_->Find(block);
  for (auto& link : links_) downloader_->ForgetBlock(*link, block);
  blocks_->Commit(block);
  CountCommitted(block, assembly);
  const auto suspect =
      std::find_if(suspects_.begin(), suspects_.end(),
                   [&](const Suspect& s) { return s.block == block; });
  if (suspect != suspects_.end()) {
    context_.Emit(action::CompareSuspect{handle_, block});
  }
  last_block_ = block.value();
  BroadcastHave(block);
  if (origin_failed_ || now - opened_ > kHeadPatience) NeedHead();
  if (blocks_->complete()) {
    Complete(now);
  } else {
    Fill(now);
  }
}

void Swarm::CountCommitted(BlockIndex block, const BlockAssembly& assembly) {
  uint32_t http = 0;
  uint32_t peers = 0;
  for (uint32_t c = 0; c < assembly.num_chunks(); ++c) {
    const uint32_t length = blocks_->layout().ChunkLength(block, c);
    (assembly.Source(c) == kFromHttp ? http : peers) += length;
  }
  stats_.http_bytes += http;
  stats_.peer_bytes += peers;
  context_.Emit(action::Commit{handle_, block, http, peers, 0});
}

void Swarm::OnBadBlock(Timestamp now, BlockIndex block) {
  const BlockAssembly assembly = *blocks_->Find(block);
  const std::optional<ClientId> only = assembly.OnlySource();
  stats_.wasted += blocks_->layout().BlockLength(block);
  const bool known =
      std::any_of(suspects_.begin(), suspects_.end(),
                  [&](const Suspect& s) { return s.block == block; });
  const bool keep = !only && !known && suspects_.size() < kMaxSuspects;
  if (keep) suspects_.push_back({block, assembly.sources()});
  for (auto& link : links_) downloader_->ForgetBlock(*link, block);
  blocks_->MarkSuspect(block);
  blocks_->Abandon(block);
  context_.Emit(action::Discard{handle_, block, keep});
  if (only == kFromHttp) {
    OnContentMismatch(now);
  } else if (only) {
    host_.Blame(now, *only);
  }
  if (state_ == State::kRunning) Fill(now);
}

// The origin's own bytes do not have the hash they should have. Once, it may
// be a changed file or a broken transfer; peers that hold the vouched version
// can still finish it. Where nobody can, HTTP begins again from nothing.
void Swarm::OnContentMismatch(Timestamp now) {
  const bool nothing_right = stats_.http_bytes == 0 && stats_.peer_bytes == 0;
  if (++content_mismatches_ == 1 && !nothing_right) return;
  if (http_.active()) context_.Emit(action::AbortFetch{http_.Handle()});
  http_.GiveUp(&*blocks_);
  if (nothing_right) {
    GoPlain(now, action::PlainMode::kRestart,
            action::PlainReason::kContentMismatch);
  } else {
    CheckHope(now);
  }
}

void Swarm::OnSuspectChunk(Timestamp now, BlockIndex block, uint32_t chunk) {
  for (const Suspect& suspect : suspects_) {
    if (suspect.block != block || chunk >= suspect.sources.size()) continue;
    const ClientId liar = suspect.sources[chunk];
    if (liar != kFromHttp) host_.Blame(now, liar);
    return;
  }
}

void Swarm::OnBlockLost(Timestamp now, BlockIndex block) {
  if (!blocks_ || !blocks_->layout().Contains(block)) return;
  blocks_->Lose(block);
  if (state_ == State::kDone && !shared_) state_ = State::kRunning;
  Fill(now);
}

void Swarm::HaveStored(Timestamp now, const AvailabilityMap& blocks) {
  if (!blocks_ || blocks.size() != blocks_->layout().num_blocks()) return;
  for (uint32_t b = 0; b < blocks.size(); ++b) {
    const BlockIndex block(b);
    // What is being verified is about to be committed anyway.
    if (!blocks.Has(block) || !blocks_->Wants(block)) continue;
    if (blocks_->Find(block) != nullptr) {
      for (auto& link : links_) downloader_->ForgetBlock(*link, block);
    }
    blocks_->Commit(block);
    const uint32_t length = blocks_->layout().BlockLength(block);
    stats_.stored_bytes += length;
    context_.Emit(action::Commit{handle_, block, 0, 0, length});
    BroadcastHave(block);
  }
  if (blocks_->complete() && state_ == State::kRunning) {
    Complete(now);
  } else {
    PlanHttp(now);
  }
}

// Others may have brought everything before the origin has answered. Status
// and headers are the origin's to give, and whether this page may read it.
bool Swarm::AwaitsHead(Timestamp now) const {
  return !head_known_ && !origin_failed_ && http_.streaming() &&
         now - opened_ < kHeadPatience;
}

void Swarm::Complete(Timestamp now) {
  if (state_ == State::kDone || AwaitsHead(now)) return;
  state_ = State::kDone;
  if (http_.active()) context_.Emit(action::AbortFetch{http_.Handle()});
  http_.Stop(&*blocks_);
  for (auto& link : links_) downloader_->CancelAll(*link);
  NeedHead();
  context_.Emit(action::Completed{handle_});
  host_.OnSwarmComplete(now, *this);
}

// --- peers
// --------------------------------------------------------------------

Link& Swarm::AddLink(Timestamp now, Peer& peer) {
  links_.push_back(std::make_unique<Link>(&peer, this, PrefixOf(*id_)));
  Link& link = *links_.back();
  link.active = true;
  if (blocks_) link.has = AvailabilityMap(blocks_->layout().num_blocks());
  Announce(link);
  ReportState();
  if (state_ == State::kRunning) PlanHttp(now);
  return link;
}

void Swarm::RemoveLink(Timestamp now, Link& link) {
  if (downloader_) downloader_->ReleaseAll(link);
  if (blocks_) ForgetAvailability(link);
  std::erase_if(links_, [&](const auto& l) { return l.get() == &link; });
  ReportState();
  if (state_ == State::kRunning) Fill(now);
}

void Swarm::ForgetAvailability(Link& link) {
  RarityPicker& picker = blocks_->picker();
  if (link.counted_as_seeder) {
    picker.RemoveSeeder();
  } else {
    for (uint32_t b = 0; b < link.has.size(); ++b) {
      if (link.has.Has(BlockIndex(b))) picker.Remove(BlockIndex(b));
    }
  }
  link.counted_as_seeder = false;
  link.has = AvailabilityMap(link.has.size());
}

void Swarm::Announce(Link& link) {
  if (!blocks_) return;
  link.announced = true;
  link.untold = 0;
  const AvailabilityMap& have = blocks_->have();
  if (have.none()) return;
  Have message{link.prefix};
  message.seeder = have.all();
  message.complete = !message.seeder;
  if (message.complete) message.map = have.ToBytes();
  context_.SendTo(link.peer->handle, message);
}

void Swarm::BroadcastHave(BlockIndex block) {
  for (auto& link : links_) {
    if (!link->announced) continue;
    // Who has the block already gains nothing from the news, but a seeder may
    // show its page how far we are.
    if (link->counted_as_seeder &&
        (++link->untold * kProgressSteps >= blocks_->layout().num_blocks() ||
         blocks_->complete())) {
      Announce(*link);
    }
    if (link->has.Has(block)) continue;
    Have message{link->prefix};
    message.seeder = blocks_->complete();
    if (!message.seeder) message.blocks.push_back(block);
    context_.SendTo(link->peer->handle, message);
  }
}

bool Swarm::OnHave(Timestamp now, Link& link, const Have& have) {
  if (!blocks_) return true;  // they will say it again after FileInfo
  const uint32_t blocks = blocks_->layout().num_blocks();
  RarityPicker& picker = blocks_->picker();
  if (have.seeder) {
    if (link.counted_as_seeder) return true;
    ForgetAvailability(link);
    link.has = AvailabilityMap(blocks, true);
    link.counted_as_seeder = true;
    picker.AddSeeder();
  } else if (have.complete) {
    auto map = AvailabilityMap::FromBytes(blocks, have.map);
    if (!map) return false;
    ForgetAvailability(link);
    link.has = *std::move(map);
    for (uint32_t b = 0; b < blocks; ++b) {
      if (link.has.Has(BlockIndex(b))) picker.Add(BlockIndex(b));
    }
  } else {
    for (const BlockIndex block : have.blocks) {
      if (!blocks_->layout().Contains(block)) return false;
      if (link.has.Set(block)) picker.Add(block);
    }
  }
  if (state_ == State::kRunning) {
    downloader_->Fill(now, link);
    PlanHttp(now);
  }
  return true;
}

bool Swarm::OnData(Timestamp now, Link& link, ChunkIndex chunk, uint32_t length,
                   uint32_t payload_offset) {
  if (!blocks_) return false;
  const Layout& layout = blocks_->layout();
  if (!layout.Contains(chunk)) return false;
  const BlockIndex block = layout.BlockOf(chunk);
  const uint32_t in_block = layout.ChunkInBlock(chunk);
  if (length != layout.ChunkLength(block, in_block)) return false;
  if (state_ == State::kDone && blocks_->complete()) {
    stats_.wasted += length;
    return true;
  }
  peer_rate_.Add(now, length);
  const ReceivedChunk received = downloader_->OnData(now, link, chunk, length);
  if (received.assembly == nullptr) {
    stats_.wasted += length;
  } else {
    last_peer_bytes_ = now;
    BlockAssembly& assembly = *received.assembly;
    if (assembly.AskedOf(in_block) > 0) {
      downloader_->CancelElsewhere(&link, chunk);
    }
    context_.Emit(action::Store{handle_, block, layout.ChunkOffset(in_block),
                                payload_offset, length});
    assembly.Receive(in_block, link.peer->id);
    if (assembly.complete()) BlocksFilled(now, {block});
  }
  downloader_->Fill(now, link);
  return true;
}

void Swarm::OnRefuse(Timestamp now, Link& link,
                     absl::Span<const ChunkIndex> chunks, Duration back_off) {
  if (!downloader_) return;
  downloader_->OnRefuse(now, link, chunks, back_off);
  Fill(now);
}

void Swarm::OnUploaded(Timestamp, uint32_t bytes) {
  stats_.uploaded += bytes;
  if (stats_.uploaded - reported_upload_ >= kUploadNews) ReportState();
}

void Swarm::ReportState() {
  reported_upload_ = stats_.uploaded;
  context_.Emit(action::SwarmState{
      handle_, static_cast<uint32_t>(links_.size()), stats_.uploaded});
}

// --- strategy
// -----------------------------------------------------------------

void Swarm::Fill(Timestamp now) {
  if (state_ != State::kRunning || paused_) return;
  downloader_->FillAll(now);
  PlanHttp(now);
}

bool Swarm::CanHelp() const {
  return std::any_of(links_.begin(), links_.end(), [&](const auto& link) {
    if (link->stalls > 0 || link->wont_upload) return false;
    if (!link->pending.empty()) return true;
    const auto theirs = link->has.words();
    const auto ours = blocks_->have().words();
    for (size_t w = 0; w < theirs.size(); ++w) {
      if ((theirs[w] & ~ours[w]) != 0) return true;
    }
    return false;
  });
}

PeerView Swarm::View(Timestamp now) const {
  PeerView view;
  view.asked = downloader_->enabled();
  view.linked = !links_.empty();
  view.can_help = view.asked && CanHelp();
  view.expected = links_.empty() && now < links_expected_until_;
  view.moving =
      last_peer_bytes_ != Timestamp() && now - last_peer_bytes_ < kMoving;
  view.swarm_peers = swarm_peers_;
  view.place = place_.value_or(0);
  return view;
}

void Swarm::PlanHttp(Timestamp now) {
  if (state_ != State::kRunning || paused_) return;
  UpdateStrategy(now);
  http_.Plan(now, View(now), *blocks_, *downloader_);
}

void Swarm::UpdateStrategy(Timestamp now) {
  if (options_.mode == DownloadMode::kHttp || paused_) {
    downloader_->SetEnabled(false);
    return;
  }
  if (options_.strategy != Strategy::kP2pFriendly ||
      options_.mode == DownloadMode::kP2p) {
    return;
  }
  if (!insurance_) insurance_ = http_.NeedsInsurance(now);
  if (downloader_->enabled() == insurance_) return;
  downloader_->SetEnabled(insurance_);
  if (insurance_) downloader_->FillAll(now);
}

void Swarm::SetPlayback(Timestamp now, uint64_t position, Timestamp due,
                        double bytes_per_second) {
  http_.SetNeededRate(bytes_per_second);
  if (!blocks_ || position >= blocks_->layout().size()) return;
  const Layout& layout = blocks_->layout();
  const uint32_t first = layout.BlockAt(position).value();
  // What plays between `due` and `seconds` from now.
  const auto until = [&](double seconds) {
    const double bytes = (seconds - (due - now).seconds()) * bytes_per_second;
    if (bytes <= 0) return BlockRange{};
    const uint64_t last =
        std::min(layout.size() - 1, position + static_cast<uint64_t>(bytes));
    return BlockRange{first, layout.BlockAt(last).value() + 1};
  };
  const BlockRange late = until(kHttpSeconds);
  const bool by_http = options_.strategy == Strategy::kServerFriendly;
  downloader_->SetUrgent(until(kUrgentSeconds),
                         by_http && late.first < late.end);
  http_.SetUrgent(late);
  Fill(now);
}

void Swarm::Pause(Timestamp) {
  paused_ = true;
  http_.Pause();
  http_.Stop(blocks_ ? &*blocks_ : nullptr);
  if (downloader_) {
    for (auto& link : links_) downloader_->CancelAll(*link);
    downloader_->SetEnabled(false);
  }
}

void Swarm::Resume(Timestamp now) {
  if (!paused_) return;
  paused_ = false;
  opened_ = now;
  hope_until_ = now + kPeerHope;
  http_.Resume(now);
  if (state_ == State::kRunning && blocks_->complete()) return Complete(now);
  if (downloader_) {
    downloader_->SetEnabled(options_.strategy != Strategy::kP2pFriendly ||
                            options_.mode == DownloadMode::kP2p);
    Fill(now);
  } else if (options_.mode != DownloadMode::kP2p) {
    http_.Start(now);
  }
}

// --- time
// ---------------------------------------------------------------------

void Swarm::Tick(Timestamp now) {
  if (paused_) return;
  if (state_ == State::kRunning) {
    if (blocks_->complete()) return Complete(now);
    downloader_->CheckLate(now);
    Fill(now);
    if (!head_known_ && now - opened_ > kHeadPatience &&
        stats_.peer_bytes > 0) {
      NeedHead();
    }
  }
  CheckHope(now);
}

// Whether anybody can still bring what is missing; if not, ends it.
void Swarm::CheckHope(Timestamp now) {
  if (state_ == State::kOpening) {
    if (options_.mode == DownloadMode::kP2p && !host_.TrackerHopeful() &&
        UseStored(now)) {
      return;
    }
    if (stream_ended_) {
      if (host_.TrackerHopeful() && now < hope_until_) return;
      GoPlain(now, action::PlainMode::kKeepStream,
              action::PlainReason::kNoTracker);
      return;
    }
    if (!http_failed_ && !held_failure_) {
      const bool lost = options_.mode == DownloadMode::kP2p &&
                        !host_.TrackerHopeful() && now - opened_ > kPeerHope;
      if (lost) Fail(now, action::FailReason::kTracker);
      return;
    }
    if (host_.TrackerHopeful() && now < hope_until_) return;
    if (http_failed_) {
      Fail(now, action::FailReason::kNetwork);
    } else {
      GoPlain(now, action::PlainMode::kKeepStream,
              action::PlainReason::kNoFileInfo);
    }
    return;
  }
  if (state_ != State::kRunning) return;
  if (origin_failed_ && !head_known_ && alone_ && links_.empty() &&
      blocks_->have().none()) {
    // Nothing was said or brought, and nobody is there: the origin's failure
    // is the page's answer.
    GoPlain(now, action::PlainMode::kRestart, action::PlainReason::kNoFileInfo);
    return;
  }
  const bool http_possible =
      options_.mode != DownloadMode::kP2p && !http_.dead();
  if (http_possible || CanHelp() || blocks_->verifying()) {
    hope_until_ = now + kPeerHope;
    return;
  }
  if (options_.mode == DownloadMode::kP2p) return;  // the page decides
  const bool changed = content_mismatches_ > 0 || http_.changed();
  const bool hopeful = (host_.TrackerHopeful() && !alone_) || !links_.empty();
  if (!changed && hopeful && now < hope_until_) return;
  if (changed || !head_known_) {
    GoPlain(now, action::PlainMode::kRestart,
            changed ? action::PlainReason::kContentMismatch
                    : action::PlainReason::kNoFileInfo);
  } else {
    Fail(now, action::FailReason::kNetwork);
  }
}

Timestamp Swarm::deadline() const {
  if (state_ != State::kRunning || paused_) return Timestamp::Never();
  if (blocks_->complete()) return opened_ + kHeadPatience;
  return std::min(http_.deadline(), downloader_->deadline());
}

// --- endings
// ------------------------------------------------------------------

void Swarm::GoPlain(Timestamp now, action::PlainMode mode,
                    action::PlainReason reason) {
  state_ = State::kPlain;
  if (held_failure_ && http_.active()) {
    context_.Emit(action::ResumeFetch{http_.Handle()});
  }
  if (mode == action::PlainMode::kRestart && http_.active()) {
    context_.Emit(action::AbortFetch{http_.Handle()});
    http_.Stop(nullptr);
  }
  context_.Emit(action::GoPlain{handle_, mode, reason});
  StopAll(now);
}

void Swarm::Fail(Timestamp now, action::FailReason reason) {
  state_ = State::kFailed;
  if (http_.active()) context_.Emit(action::AbortFetch{http_.Handle()});
  http_.Stop(nullptr);
  context_.Emit(action::Fail{handle_, reason});
  StopAll(now);
}

void Swarm::StopAll(Timestamp now) {
  if (downloader_) {
    for (auto& link : links_) downloader_->CancelAll(*link);
  }
  host_.OnSwarmOver(now, *this);
}

Client::SwarmStats Swarm::stats() const {
  Client::SwarmStats stats = stats_;
  stats.wasted += http_.wasted();
  stats.peers = static_cast<uint32_t>(links_.size());
  stats.blocks_have = blocks_ ? blocks_->have().count() : 0;
  return stats;
}

}  // namespace peer5
