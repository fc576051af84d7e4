#ifndef PEER5_TESTS_SIM_REFERENCE_Y2013_H_
#define PEER5_TESTS_SIM_REFERENCE_Y2013_H_

#include <memory>

#include "tests/sim/reference/reference_client.h"

namespace peer5::sim {

// What the browsers' first file sharers did in 2013: connect to one member of
// the swarm taken at random, ask for blocks in order, with a window of chunks
// that grows by one for each that came and halves when one takes longer than
// 1.5 s; tell everyone the whole availability map after each block; verify
// nothing. HTTP reads from the front, and on from the next gap.
class Y2013Client : public ReferenceClient {
 public:
  using ReferenceClient::ReferenceClient;

 protected:
  Duration tick() const override { return Duration::Millis(500); }
  bool verifies() const override { return false; }
  void OnMatch(Timestamp now, const Match& match) override;
  void OnTick(Timestamp now) override;
  void OnReady(Timestamp now, RefPeer&) override { Fill(now); }
  void OnFrame(Timestamp, RefPeer&, const Frame&) override {}
  void OnHave(Timestamp now, RefPeer&) override { Fill(now); }
  void OnBlock(Timestamp now, BlockIndex block) override;
  void Fill(Timestamp now) override;
  bool MayServe(const RefPeer&) const override { return true; }
  void OnRequestEnd(RefPeer& peer, bool expired) override;

 private:
  void FillPeer(Timestamp now, RefPeer& peer);
  void FillHttp();

  Timestamp asked_for_peers_;
};

}  // namespace peer5::sim

#endif  // PEER5_TESTS_SIM_REFERENCE_Y2013_H_
