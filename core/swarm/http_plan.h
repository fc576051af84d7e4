#ifndef PEER5_CORE_SWARM_HTTP_PLAN_H_
#define PEER5_CORE_SWARM_HTTP_PLAN_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "core/content/file_info.h"
#include "core/content/time.h"
#include "core/swarm/block_table.h"
#include "core/swarm/client.h"
#include "core/swarm/context.h"
#include "core/swarm/downloader.h"
#include "core/swarm/http_share.h"
#include "core/swarm/http_turns.h"
#include "core/swarm/options.h"
#include "core/swarm/rate_meter.h"

namespace peer5 {

// What HTTP needs to know of the peers to decide what it should do.
struct PeerView {
  bool asked = false;     // the strategy lets us ask them for blocks
  bool linked = false;    // somebody is connected in this swarm
  bool can_help = false;  // some of them have blocks that we lack
  bool expected = false;  // the tracker named peers, connections are being made
  bool moving = false;    // their bytes have come within the last seconds
  uint32_t swarm_peers = 0;  // how many there are, as the tracker knows
  uint32_t place = 0;        // how many there were when we came
};

// The HTTP side of one download: at most one request at a time.
//
//   (nothing) --Start--> stream from byte 0 --FileInfo--> stream of blocks
//                             |                              |  runs into
//                             | ends, or fails               v  held blocks
//                             v                         (nothing) <--> range
//
// Before FileInfo is known, bytes are only counted; the caller keeps them.
class HttpPlan {
 public:
  HttpPlan(Context& context, SwarmHandle swarm, const SwarmOptions& options)
      : context_(context), swarm_(swarm), options_(options) {}

  // The plain GET from byte 0.
  void Start(Timestamp now);
  bool Owns(FetchHandle fetch) const { return fetch_ && fetch_->id == fetch; }
  FetchHandle Handle() const { return fetch_->id; }
  bool active() const { return fetch_.has_value(); }
  bool streaming() const { return fetch_ && fetch_->plain; }

  // What a response head means for the download.
  enum class Verdict : uint8_t {
    kGood,     // bytes will follow
    kFailed,   // a failure that may pass, or that peers can make up for
    kChanged,  // the origin has another version now
    kFinal,    // the origin's answer to the page: 404 and the like
    kPrivate,  // not to be shared
  };
  Verdict OnHead(Timestamp now, const Client::HttpHead& head,
                 const FileInfo* info);
  // Blocks that these bytes filled up.
  std::vector<BlockIndex> OnBytes(Timestamp now, uint32_t length,
                                  BlockTable* blocks, Downloader* downloader);
  // FileInfo has come: what the stream brought so far becomes blocks.
  std::vector<BlockIndex> Adopt(Timestamp now, BlockTable& blocks,
                                Downloader& downloader);
  // True if the response was whole.
  bool OnEnd(Timestamp now, bool ok, BlockTable* blocks);

  // Starts, holds, cuts or resumes requests as the strategy wants.
  void Plan(Timestamp now, const PeerView& peers, BlockTable& blocks,
            Downloader& downloader);
  // When Plan should be called though nothing has happened.
  Timestamp deadline() const { return plan_at_; }

  void Stop(BlockTable* blocks);
  void Pause();
  void Resume(Timestamp now);

  // Bytes the stream has brought, and what its head promised.
  uint64_t position() const { return fetch_ ? fetch_->position : kept_whole_; }
  const std::optional<Client::HttpHead>& first_head() const {
    return first_head_;
  }
  // HTTP has failed for good, or serves another version.
  bool dead() const { return dead_; }
  // It was seen to serve another version than the one we began with.
  bool changed() const { return changed_; }
  void GiveUp(BlockTable* blocks) {
    Stop(blocks);
    dead_ = true;
  }
  // p2p-friendly: HTTP fails or is slower than it should be.
  bool NeedsInsurance(Timestamp now);
  uint64_t wasted() const { return wasted_; }
  // The page plays: bytes/s it needs, 0 if unknown.
  void SetNeededRate(double rate) { needed_rate_ = rate; }
  // Server-friendly: blocks that are needed so soon that HTTP fetches what has
  // not come of them.
  void SetUrgent(BlockRange range) { urgent_ = range; }

 private:
  struct Request {
    FetchHandle id;
    uint64_t first;
    uint64_t position;
    uint64_t end;         // exclusive; kToTheEnd if not known
    bool plain;           // without a Range header
    bool paused = false;  // by the strategy
    bool held = false;    // by the user's limit
    bool answered = false;
    Timestamp started;
    Timestamp last_byte;
  };

  void Open(Timestamp now, uint64_t first, uint64_t end, bool plain);
  void Cut(BlockTable* blocks);
  void Fail(Timestamp now);
  // No answer: the origin, or the way to it, is slow.
  void FailSilently(Timestamp now);
  std::vector<BlockIndex> Absorb(uint64_t from, uint64_t length, bool kept,
                                 BlockTable& blocks, Downloader& downloader);
  void Fill(BlockAssembly& assembly, uint32_t offset, uint32_t length,
            uint64_t source, bool kept, const Layout& layout,
            Downloader& downloader);
  void EmitStore(BlockIndex block, uint32_t offset, uint32_t length,
                 uint64_t source, bool kept);
  bool GoesOnAt(Timestamp now, BlockIndex block, BlockTable& blocks);
  std::optional<BlockRange> NextGap(const BlockTable& blocks,
                                    uint32_t from) const;
  void FetchBlocks(Timestamp now, BlockRange range, BlockTable& blocks,
                   Downloader& downloader);
  // Whether what it fetches is chosen for the swarm, not from the front.
  bool Spreads() const;
  // Whether the origin is shared with so many that they take turns.
  bool Crowded() const;
  bool CameToACrowd() const;
  // What a block takes at the rate of the request so far.
  Duration BlockTime(Timestamp now, const Layout& layout) const;
  bool LeavesTheFront(Timestamp now, const Layout& layout) const;
  bool TurnIsOver(Timestamp now, const Layout& layout);
  bool FetchCutShort(Timestamp now, BlockTable& blocks);
  std::optional<BlockRange> Needed(const BlockTable& blocks);
  std::optional<BlockIndex> Lacking(const BlockTable& blocks);
  void SetHeld(Timestamp now, bool paused, bool held);
  void Unpause(Timestamp now);
  void KeepToLimit(Timestamp now);
  void PlanStream(Timestamp now, BlockTable& blocks, Downloader& downloader);
  void PlanServerFriendly(Timestamp now, BlockTable& blocks,
                          Downloader& downloader);
  void Rescue(Timestamp now, BlockTable& blocks);
  void FetchRest(Timestamp now, BlockAssembly& assembly, const Layout& layout);
  void UpdateAvoid(Timestamp now, const BlockTable& blocks,
                   Downloader& downloader);

  Context& context_;
  const SwarmHandle swarm_;
  const SwarmOptions& options_;

  std::optional<Request> fetch_;
  std::optional<Client::HttpHead> first_head_;
  PeerView peers_;  // as of the last Plan
  HttpTurns turns_;
  HttpShare share_;
  bool took_turns_ = false;              // has been away, and comes back
  std::optional<BlockIndex> cut_short_;  // what it was reading when it went
  RateMeter rate_;
  double best_rate_ = 0;
  double needed_rate_ = 0;
  BlockRange urgent_;
  bool user_paused_ = false;
  bool no_ranges_ = false;
  bool dead_ = false;
  bool changed_ = false;
  int failures_ = 0;  // in a row, as are
  int silences_ = 0;
  Timestamp retry_at_;
  Timestamp quiet_since_;  // server-friendly: peers stopped moving
  bool quiet_ = false;
  Timestamp plan_at_ = Timestamp::Never();
  uint64_t wasted_ = 0;
  uint64_t kept_whole_ = 0;  // bytes of a stream that ended before FileInfo
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_HTTP_PLAN_H_
