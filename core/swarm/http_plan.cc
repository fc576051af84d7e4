#include "core/swarm/http_plan.h"

#include <algorithm>

namespace peer5 {
namespace {

// After so many failures in a row the origin counts as dead, or after so many
// requests without an answer, which take five minutes: about as long as a
// browser waits for one.
constexpr int kMaxFailures = 4;
constexpr int kMaxSilences = 4;
constexpr Duration kFirstRetry = Duration::Millis(400);

}  // namespace

void HttpPlan::Start(Timestamp now) {
  Open(now, 0, action::kToTheEnd, /*plain=*/true);
}

void HttpPlan::Open(Timestamp now, uint64_t first, uint64_t end, bool plain) {
  const FetchHandle id(context_.next_fetch++);
  fetch_ = Request{id, first, first, end, plain};
  fetch_->started = fetch_->last_byte = now;
  context_.Emit(action::Fetch{id, swarm_, first,
                              end == action::kToTheEnd ? end : end - 1});
}

void HttpPlan::Cut(BlockTable* blocks) {
  if (!fetch_) return;
  context_.Emit(action::AbortFetch{fetch_->id});
  Stop(blocks);
}

void HttpPlan::Stop(BlockTable* blocks) {
  if (!fetch_) return;
  if (blocks != nullptr) {
    for (auto& [index, assembly] : blocks->assemblies()) {
      if (assembly.fetch == fetch_->id) assembly.fetch = FetchHandle(0);
    }
  }
  fetch_.reset();
}

void HttpPlan::Pause() {
  user_paused_ = true;
  if (fetch_) context_.Emit(action::AbortFetch{fetch_->id});
}

void HttpPlan::Resume(Timestamp now) {
  user_paused_ = false;
  retry_at_ = now;
}

void HttpPlan::Fail(Timestamp now) {
  retry_at_ = now + kFirstRetry * (1 << std::min(failures_, 6));
  if (++failures_ >= kMaxFailures) dead_ = true;
}

void HttpPlan::FailSilently(Timestamp now) {
  retry_at_ = now;
  if (++silences_ >= kMaxSilences) dead_ = true;
}

HttpPlan::Verdict HttpPlan::OnHead(Timestamp now, const Client::HttpHead& head,
                                   const FileInfo* info) {
  Request& fetch = *fetch_;
  fetch.answered = true;
  fetch.last_byte = now;
  if (fetch.plain && !first_head_) first_head_ = head;
  if (head.status == 429 || head.status >= 500) {
    Fail(now);
    return Verdict::kFailed;
  }
  const int wanted = fetch.plain ? 200 : 206;
  if (head.status == 200 && !fetch.plain) {
    no_ranges_ = true;  // a whole body where a part was asked for
    return Verdict::kFailed;
  }
  if (head.status != wanted) {
    changed_ = !fetch.plain || info != nullptr;
    return fetch.plain ? Verdict::kFinal : Verdict::kChanged;
  }
  if (!head.shareable) return Verdict::kPrivate;
  if (!fetch.plain && head.first != fetch.first) return Verdict::kFailed;
  const bool other_size =
      info != nullptr && head.total >= 0 &&
      static_cast<uint64_t>(head.total) != info->layout.size();
  if (other_size ||
      (info != nullptr && !MayBeSameVersion(head.validator, info->validator))) {
    changed_ = true;
    return Verdict::kChanged;
  }
  if (first_head_ &&
      !MayBeSameVersion(head.validator, first_head_->validator)) {
    changed_ = true;
    return Verdict::kChanged;
  }
  return Verdict::kGood;
}

std::vector<BlockIndex> HttpPlan::OnBytes(Timestamp now, uint32_t length,
                                          BlockTable* blocks,
                                          Downloader* downloader) {
  const uint64_t from = fetch_->position;
  fetch_->position += length;
  fetch_->last_byte = now;
  rate_.Add(now, length);
  failures_ = silences_ = 0;
  if (blocks == nullptr) return {};
  context_.down.Take(length);
  std::vector<BlockIndex> filled =
      Absorb(from, length, /*kept=*/false, *blocks, *downloader);
  const Layout& layout = blocks->layout();
  if (fetch_->position < layout.size() &&
      !GoesOnAt(now, layout.BlockAt(fetch_->position), *blocks)) {
    if (Crowded()) turns_.OnBlock(now, now - fetch_->started, context_.rng);
    Cut(blocks);
  }
  KeepToLimit(now);
  UpdateAvoid(now, *blocks, *downloader);
  return filled;
}

std::vector<BlockIndex> HttpPlan::Adopt(Timestamp now, BlockTable& blocks,
                                        Downloader& downloader) {
  const bool ended = !fetch_ && kept_whole_ > 0;
  if (ended) {
    fetch_ = Request{FetchHandle(0), 0, kept_whole_, kept_whole_, true};
  }
  std::vector<BlockIndex> filled;
  if (fetch_ && fetch_->plain && fetch_->position > 0) {
    filled = Absorb(0, fetch_->position, /*kept=*/true, blocks, downloader);
  }
  if (ended) fetch_.reset();
  context_.Emit(action::DropKept{swarm_});
  UpdateAvoid(now, blocks, downloader);
  return filled;
}

std::vector<BlockIndex> HttpPlan::Absorb(uint64_t from, uint64_t length,
                                         bool kept, BlockTable& blocks,
                                         Downloader& downloader) {
  const Layout& layout = blocks.layout();
  std::vector<BlockIndex> filled;
  uint64_t source = kept ? from : 0;
  while (length > 0 && from < layout.size()) {
    const BlockIndex block = layout.BlockAt(from);
    const uint32_t offset =
        static_cast<uint32_t>(from - layout.BlockOffset(block));
    const uint32_t run = static_cast<uint32_t>(
        std::min<uint64_t>(length, layout.BlockLength(block) - offset));
    BlockAssembly* assembly_or_null =
        blocks.Wants(block) ? &blocks.Begin(block) : nullptr;
    if (assembly_or_null != nullptr && assembly_or_null->single_source &&
        assembly_or_null->lead != PeerHandle(0)) {
      assembly_or_null = nullptr;  // a peer is to prove itself with it
    }
    if (assembly_or_null != nullptr) {
      BlockAssembly& assembly = *assembly_or_null;
      if (assembly.fetch == FetchHandle(0)) assembly.fetch = fetch_->id;
      Fill(assembly, offset, run, source, kept, layout, downloader);
      if (offset + run == layout.BlockLength(block)) {
        assembly.fetch = FetchHandle(0);
      }
      if (assembly.complete()) filled.push_back(block);
    } else {
      wasted_ += run;
    }
    from += run;
    source += run;
    length -= run;
  }
  return filled;
}

void HttpPlan::Fill(BlockAssembly& assembly, uint32_t offset, uint32_t length,
                    uint64_t source, bool kept, const Layout& layout,
                    Downloader& downloader) {
  const BlockIndex block = assembly.block();
  const uint64_t block_start = layout.BlockOffset(block);
  uint32_t run_start = offset;
  uint32_t run_length = 0;
  const uint32_t end = offset + length;
  while (offset < end) {
    const uint32_t chunk = offset / layout.chunk_size();
    const uint32_t chunk_start = layout.ChunkOffset(chunk);
    const uint32_t chunk_end = chunk_start + layout.ChunkLength(block, chunk);
    const uint32_t part = std::min(end, chunk_end) - offset;
    if (assembly.Received(chunk)) {
      EmitStore(block, run_start, run_length, source, kept);
      source += run_length + part;
      run_start = offset + part;
      run_length = 0;
      wasted_ += part;
    } else {
      run_length += part;
      // Only a chunk that this request has covered from its start is whole.
      if (offset + part == chunk_end &&
          block_start + chunk_start >= fetch_->first) {
        if (assembly.AskedOf(chunk) > 0) {
          downloader.CancelElsewhere(nullptr, layout.ChunkAt(block, chunk));
        }
        assembly.Receive(chunk, kFromHttp);
      }
    }
    offset += part;
  }
  EmitStore(block, run_start, run_length, source, kept);
}

void HttpPlan::EmitStore(BlockIndex block, uint32_t offset, uint32_t length,
                         uint64_t source, bool kept) {
  if (length == 0) return;
  if (kept) {
    context_.Emit(action::StoreKept{swarm_, block, offset, source, length});
  } else {
    context_.Emit(action::Store{swarm_, block, offset,
                                static_cast<uint32_t>(source), length});
  }
}

bool HttpPlan::OnEnd(Timestamp now, bool ok, BlockTable* blocks) {
  const Request fetch = *fetch_;
  Stop(blocks);
  if (blocks == nullptr) {
    if (ok) kept_whole_ = fetch.position;
    return ok;
  }
  const uint64_t end = std::min(fetch.end, blocks->layout().size());
  const bool whole = ok && fetch.position >= end;
  if (!whole) {
    Fail(now);
  } else if (Crowded()) {
    turns_.OnBlock(now, now - fetch.started, context_.rng);
  }
  return whole;
}

}  // namespace peer5
