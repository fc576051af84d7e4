#ifndef PEER5_CORE_SWARM_UPLOADER_H_
#define PEER5_CORE_SWARM_UPLOADER_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "core/content/ids.h"
#include "core/content/time.h"
#include "core/swarm/context.h"
#include "core/swarm/peer.h"
#include "core/swarm/upload_width.h"

namespace peer5 {

// Serves requests. A few peers at a time have a slot and are sent to in turn,
// chunk by chunk; the others wait in line, newcomers (who have nothing yet and
// so can't give) first, and last those who take and do not give: they are
// served while nobody else is, and one turn in seventeen. A turn ends when the
// queue is empty or, while others wait, when its quantum is used up: so a whole
// block goes out quickly and can be passed on, and nobody starves.
class Uploader {
 public:
  explicit Uploader(Context& context) : context_(context) {}

  void OnRequest(Timestamp now, Link& link,
                 absl::Span<const ChunkIndex> chunks);
  // No chunks: all of this link's.
  void OnCancel(Timestamp now, Link& link, absl::Span<const ChunkIndex> chunks);
  // The channel's bufferedAmount.
  void OnBuffered(Timestamp now, Peer& peer, uint64_t bytes);
  // Nothing may point at it afterwards.
  void Forget(Link& link);
  void Forget(Peer& peer);
  // Uploads were switched off: refuses what is queued.
  void RefuseAll(Peer& peer);

  void Pump(Timestamp now);
  // Each path carries so little that it takes many to fill the uplink.
  bool paths_are_narrow() const { return width_.paths_are_narrow(); }
  // When a rate limit lets the next chunk go; Never if nothing waits for that.
  Timestamp deadline(Timestamp now);

 private:
  using Waiting = std::vector<Peer*>;

  bool CanSend(const Peer& peer) const;
  static int Rank(const Peer& peer);
  static bool OnlyTakes(const Peer& peer);
  Waiting::iterator Next();
  bool ServesGivers() const;
  void Enqueue(Peer& peer);
  void Promote();
  void SendOne(Timestamp now, Peer& peer);
  void EndTurnIfDue(size_t slot);

  Context& context_;
  std::vector<Peer*> slots_;
  size_t next_slot_ = 0;
  int turns_ = 0;  // since one who only takes had one
  UploadWidth width_;
  Waiting waiting_;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_UPLOADER_H_
