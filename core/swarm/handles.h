#ifndef PEER5_CORE_SWARM_HANDLES_H_
#define PEER5_CORE_SWARM_HANDLES_H_

#include <cstdint>

#include "core/content/strong_int.h"

namespace peer5 {

// Small integers by which a client and its caller name things to each other.
// They are never reused during the life of a client and never cross the wire.

// One download or one share, from Client::Open on; it may not know its
// SwarmId yet.
using SwarmHandle = StrongInt<struct SwarmHandleTag, uint32_t>;

// One connection to another client, from the Connect action on.
using PeerHandle = StrongInt<struct PeerHandleTag, uint32_t>;

// One HTTP request, from the Fetch action on.
using FetchHandle = StrongInt<struct FetchHandleTag, uint32_t>;

}  // namespace peer5

#endif  // PEER5_CORE_SWARM_HANDLES_H_
