#ifndef PEER5_CORE_WIRE_VERSION_H_
#define PEER5_CORE_WIRE_VERSION_H_

#include <cstdint>

namespace peer5 {

// Clients of different versions do not exchange anything; within a version,
// unknown tags are skipped and feature bits announce what is new.
inline constexpr uint8_t kProtocolVersion = 1;
inline constexpr uint32_t kFeatures = 0;

}  // namespace peer5

#endif  // PEER5_CORE_WIRE_VERSION_H_
