#ifndef PEER5_CORE_TRACKER_HANDLES_H_
#define PEER5_CORE_TRACKER_HANDLES_H_

#include <cstdint>

#include "core/content/strong_int.h"

namespace peer5 {

// One socket, by the number that the caller has given it; not reused before
// the tracker has seen it go down.
using ConnHandle = StrongInt<struct ConnHandleTag, uint32_t>;

// Another instance of the tracker, by the number that the caller has given it.
using InstanceHandle = StrongInt<struct InstanceHandleTag, uint32_t>;

}  // namespace peer5

#endif  // PEER5_CORE_TRACKER_HANDLES_H_
