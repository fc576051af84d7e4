#ifndef PEER5_CORE_SWARM_HTTP_SHARE_H_
#define PEER5_CORE_SWARM_HTTP_SHARE_H_

#include <cstdint>
#include <optional>

#include "core/content/ids.h"
#include "core/swarm/rarity_picker.h"

namespace peer5 {

// Which blocks a member of a crowd brings from the origin before others, so
// that about one copy of each leaves it though nobody knows what the others
// fetch: of as many picks at random as there are blocks, a third would be
// picked in vain. So members count off in the order in which they came, from
// both ends of the resource, then from its middle both ways, then from the
// quarters, the eighths, ...: whoever brings as many as all others never brings
// what another does, however many there are.
//
//   blocks  |0 1 2 ->          <- 2 1 0|0 1 2 ->          <- 2 1 0|
//   round    first               fourth third               second
class HttpShare {
 public:
  // The next block of the share that nobody is known to have, if `place` had
  // come before of the `members` who share the resource now.
  std::optional<BlockIndex> Next(const RarityPicker& picker, uint32_t place,
                                 uint32_t members);

 private:
  uint32_t round_ = 0;
};

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_HTTP_SHARE_H_
