// What to fetch, and when: the strategies' part of HttpPlan.

#include <algorithm>
#include <utility>

#include "core/swarm/http_plan.h"

namespace peer5 {
namespace {

// A request without a byte for so long has failed; the next one has twice the
// time, as an origin may be slow to answer.
constexpr Duration kSilence = Duration::Seconds(20);
// Held bytes ahead that are cheaper to read again than a new request is.
constexpr double kSkipSeconds = 0.15;
// The part of the resource that HTTP will bring within this time is its own.
constexpr double kAheadSeconds = 2.0;
// Server-friendly: how long peers may be silent before HTTP helps out.
constexpr Duration kQuiet = Duration::Seconds(3);
// p2p-friendly: slower than this part of its best is slow.
constexpr double kSlowPart = 0.1;
constexpr Duration kInsuranceSilence = Duration::Seconds(2);
// Fewer share an origin without taking turns.
constexpr uint32_t kCrowd = 8;
// Nobody takes turns at an origin that brings a block in this time.
constexpr Duration kServedAtOnce = Duration::Millis(400);
// What a request has brought in less time says little of its rate.
constexpr Duration kRateKnown = Duration::Millis(500);

}  // namespace

// At the start of a block: whether the request should run on into it.
bool HttpPlan::GoesOnAt(Timestamp now, BlockIndex block, BlockTable& blocks) {
  if (blocks.StateOf(block) == BlockTable::State::kMissing) {
    // With peers at hand, what none of them has comes first.
    return !Spreads() || blocks.picker().lacking_count() == 0 ||
           (!fetch_->plain && blocks.picker().AvailabilityOf(block) == 0);
  }
  const Layout& layout = blocks.layout();
  const uint64_t in_block = fetch_->position - layout.BlockOffset(block);
  if (in_block > 0 && blocks.Wants(block)) {
    // Unless peers bring the rest of it already, and in time.
    return !peers_.moving || urgent_.Contains(block.value()) ||
           blocks.Find(block)->missing() > 0;
  }
  const std::optional<BlockRange> gap = NextGap(blocks, block.value());
  if (!gap) return false;  // peers have the rest in hand
  const double skip = static_cast<double>(
      layout.BlockOffset(BlockIndex(gap->first)) - fetch_->position);
  return no_ranges_ || skip <= rate_.BytesPerSecond(now) * kSkipSeconds;
}

// The first run of missing blocks at or after `from`, or before it.
std::optional<BlockRange> HttpPlan::NextGap(const BlockTable& blocks,
                                            uint32_t from) const {
  const AvailabilityMap& wanted = blocks.picker().wanted();
  const uint32_t all = blocks.layout().num_blocks();
  auto first = blocks.picker().PickFirst(wanted, {from, all});
  if (!first) first = blocks.picker().PickFirst(wanted, {0, from});
  if (!first) return std::nullopt;
  uint32_t end = first->value();
  while (end < all && wanted.Has(BlockIndex(end))) ++end;
  return BlockRange{first->value(), end};
}

void HttpPlan::FetchBlocks(Timestamp now, BlockRange range, BlockTable& blocks,
                           Downloader& downloader) {
  const Layout& layout = blocks.layout();
  if (no_ranges_) {
    Open(now, 0, action::kToTheEnd, /*plain=*/true);
  } else {
    const uint64_t first = layout.BlockOffset(BlockIndex(range.first));
    const uint64_t end =
        std::min(uint64_t{range.end} * layout.block_size(), layout.size());
    const bool plain = first == 0 && end == layout.size();
    Open(now, first, plain ? action::kToTheEnd : end, plain);
  }
  UpdateAvoid(now, blocks, downloader);
}

void HttpPlan::UpdateAvoid(Timestamp now, const BlockTable& blocks,
                           Downloader& downloader) {
  const Layout& layout = blocks.layout();
  if (!fetch_ || fetch_->paused || fetch_->position >= layout.size()) {
    downloader.SetAvoid({});
    return;
  }
  const uint64_t ahead =
      static_cast<uint64_t>(std::max(rate_.BytesPerSecond(now) * kAheadSeconds,
                                     static_cast<double>(layout.block_size())));
  const uint64_t end =
      std::min({fetch_->position + ahead, fetch_->end, layout.size()});
  const uint32_t first = layout.BlockAt(fetch_->position).value();
  downloader.SetAvoid({first, end > fetch_->position
                                  ? layout.BlockAt(end - 1).value() + 1
                                  : first});
}

bool HttpPlan::NeedsInsurance(Timestamp now) {
  if (dead_ || failures_ > 0 || silences_ > 0) return true;
  const double rate = rate_.BytesPerSecond(now);
  best_rate_ = std::max(best_rate_, rate);
  if (!fetch_) return false;
  if (now - fetch_->last_byte > kInsuranceSilence) return true;
  if (now - fetch_->started < kInsuranceSilence) return false;
  return rate < std::max(needed_rate_, best_rate_ * kSlowPart);
}

void HttpPlan::Plan(Timestamp now, const PeerView& peers, BlockTable& blocks,
                    Downloader& downloader) {
  plan_at_ = Timestamp::Never();
  peers_ = peers;
  if (user_paused_ || blocks.complete()) return;
  KeepToLimit(now);
  if (fetch_ && now - fetch_->last_byte > kSilence * (1 << silences_) &&
      !fetch_->paused && !fetch_->held) {
    Cut(&blocks);
    FailSilently(now);
  }
  if (dead_ || options_.mode == DownloadMode::kP2p || options_.url.empty()) {
    return;
  }
  if (!fetch_ && now < retry_at_) {
    plan_at_ = retry_at_;
    return;
  }
  if (options_.strategy == Strategy::kServerFriendly &&
      (peers.linked || peers.expected)) {
    PlanServerFriendly(now, blocks, downloader);
  } else {
    PlanStream(now, blocks, downloader);
  }
}

bool HttpPlan::Spreads() const {
  return peers_.asked && peers_.linked && !no_ranges_;
}

bool HttpPlan::Crowded() const {
  return peers_.asked && (peers_.linked || peers_.expected) && !no_ranges_ &&
         peers_.swarm_peers >= kCrowd;
}

// A crowd has the front of the resource from those who came first.
bool HttpPlan::CameToACrowd() const {
  return Crowded() && peers_.place >= kCrowd;
}

Duration HttpPlan::BlockTime(Timestamp now, const Layout& layout) const {
  const double brought = static_cast<double>(fetch_->position - fetch_->first);
  return Duration::FromSeconds((now - fetch_->started).seconds() *
                               layout.block_size() / std::max(brought, 1024.0));
}

// Who is not served at once reads what falls to its share instead.
bool HttpPlan::LeavesTheFront(Timestamp now, const Layout& layout) const {
  return fetch_->plain && CameToACrowd() &&
         BlockTime(now, layout) > kServedAtOnce;
}

bool HttpPlan::TurnIsOver(Timestamp now, const Layout& layout) {
  // Who has come back for one block finishes it.
  if (!Crowded() || took_turns_ || now - fetch_->started < kRateKnown) {
    return false;
  }
  return !turns_.GoOn(now, BlockTime(now, layout), peers_.swarm_peers,
                      context_.rng);
}

// Whether the block that the end of a turn has cut short is fetched on.
bool HttpPlan::FetchCutShort(Timestamp now, BlockTable& blocks) {
  if (!cut_short_) return false;
  const BlockIndex block = *std::exchange(cut_short_, std::nullopt);
  BlockAssembly* assembly = blocks.Active(block);
  if (assembly == nullptr || assembly->missing() == 0 ||
      blocks.picker().AvailabilityOf(block) > 0) {
    return false;
  }
  FetchRest(now, *assembly, blocks.layout());
  return true;
}

// What no peer has: in a crowd first what falls to our share.
std::optional<BlockIndex> HttpPlan::Lacking(const BlockTable& blocks) {
  const RarityPicker& picker = blocks.picker();
  if (Crowded()) {
    const auto own = share_.Next(picker, peers_.place, peers_.swarm_peers + 1);
    if (own) return own;
  }
  return picker.PickLacking(context_.rng);
}

// What the swarm lacks, or else has fewest copies of: one block where turns
// are taken, else all such in a row.
std::optional<BlockRange> HttpPlan::Needed(const BlockTable& blocks) {
  const RarityPicker& picker = blocks.picker();
  auto block = Lacking(blocks);
  if (!block) block = picker.PickRarest(picker.wanted(), {}, context_.rng);
  if (!block) return std::nullopt;
  uint32_t end = block->value() + 1;
  while (!Crowded() && end < blocks.layout().num_blocks() &&
         picker.IsWanted(BlockIndex(end)) &&
         picker.AvailabilityOf(BlockIndex(end)) ==
             picker.AvailabilityOf(*block)) {
    ++end;
  }
  return BlockRange{block->value(), end};
}

// A request stands still for either reason.
void HttpPlan::SetHeld(Timestamp now, bool paused, bool held) {
  const bool before = fetch_->paused || fetch_->held;
  fetch_->paused = paused;
  fetch_->held = held;
  if ((paused || held) == before) return;
  fetch_->last_byte = now;
  if (before) {
    context_.Emit(action::ResumeFetch{fetch_->id});
  } else {
    context_.Emit(action::PauseFetch{fetch_->id});
  }
}

void HttpPlan::Unpause(Timestamp now) {
  if (fetch_) SetHeld(now, false, fetch_->held);
}

void HttpPlan::KeepToLimit(Timestamp now) {
  if (!fetch_) return;
  SetHeld(now, fetch_->paused, !context_.down.Ready(now));
  if (fetch_->held) plan_at_ = std::min(plan_at_, context_.down.ReadyAt(now));
}

void HttpPlan::PlanStream(Timestamp now, BlockTable& blocks,
                          Downloader& downloader) {
  Unpause(now);
  if (fetch_ && LeavesTheFront(now, blocks.layout())) {
    Cut(&blocks);
  } else if (fetch_ && TurnIsOver(now, blocks.layout())) {
    if (!fetch_->plain) {
      cut_short_ = blocks.layout().BlockAt(fetch_->position);
    }
    took_turns_ = true;
    Cut(&blocks);
    UpdateAvoid(now, blocks, downloader);
  }
  if (fetch_) return;
  if (Crowded() && now < turns_.hold_until(peers_.moving)) {
    plan_at_ = turns_.hold_until(peers_.moving);
    return;
  }
  if (FetchCutShort(now, blocks)) {
    UpdateAvoid(now, blocks, downloader);
    return;
  }
  const auto next =
      Spreads() || CameToACrowd() ? Needed(blocks) : NextGap(blocks, 0);
  if (next) {
    FetchBlocks(now, *next, blocks, downloader);
  } else if (!peers_.moving) {
    Rescue(now, blocks);
  }
}

void HttpPlan::PlanServerFriendly(Timestamp now, BlockTable& blocks,
                                  Downloader& downloader) {
  if (peers_.moving) {
    quiet_ = false;
  } else if (!quiet_) {
    quiet_ = true;
    quiet_since_ = now;
  }
  const bool lacking = blocks.picker().lacking_count() > 0;
  const bool urgent =
      fetch_ && fetch_->position < blocks.layout().size() &&
      urgent_.Contains(blocks.layout().BlockAt(fetch_->position).value());
  if (urgent) Unpause(now);
  if (fetch_ && fetch_->plain && !no_ranges_ && !urgent) {
    if (peers_.moving || (peers_.linked && (lacking || peers_.can_help))) {
      Cut(&blocks);
    } else {
      SetHeld(now, true, fetch_->held);  // peers are expected any moment
    }
  }
  uint32_t due = urgent_.first;
  while (due < urgent_.end && !blocks.Wants(BlockIndex(due))) ++due;
  if (due < urgent_.end && !urgent) {
    Cut(&blocks);  // there is no time for others
    // Also if a peer has it in hand: it has had its time.
    FetchRest(now, blocks.Begin(BlockIndex(due)), blocks.layout());
    downloader.ForgetBlock(BlockIndex(due));
  }
  UpdateAvoid(now, blocks, downloader);
  if (fetch_) return;
  const bool my_turn = !Crowded() || now >= turns_.hold_until(peers_.moving);
  if (peers_.linked && lacking && my_turn) {
    const BlockIndex block = *Lacking(blocks);
    FetchBlocks(now, {block.value(), block.value() + 1}, blocks, downloader);
    return;
  }
  if (quiet_ && now - quiet_since_ >= kQuiet) {
    if (const auto gap = NextGap(blocks, 0)) {
      FetchBlocks(now, {gap->first, gap->first + 1}, blocks, downloader);
    } else {
      Rescue(now, blocks);
    }
  }
}

// Every missing block is in some peer's hands, and nothing comes: take the
// first unfinished one over.
void HttpPlan::Rescue(Timestamp now, BlockTable& blocks) {
  for (auto& [index, assembly] : blocks.assemblies()) {
    if (!blocks.Wants(assembly.block()) || !assembly.FirstUnreceived()) {
      continue;
    }
    FetchRest(now, assembly, blocks.layout());
    return;
  }
}

void HttpPlan::FetchRest(Timestamp now, BlockAssembly& assembly,
                         const Layout& layout) {
  const uint64_t start = layout.BlockOffset(assembly.block());
  if (no_ranges_) {
    Open(now, 0, action::kToTheEnd, /*plain=*/true);
  } else {
    Open(now, start + layout.ChunkOffset(*assembly.FirstUnreceived()),
         start + layout.BlockLength(assembly.block()), /*plain=*/false);
  }
  assembly.fetch = fetch_->id;
}

}  // namespace peer5
