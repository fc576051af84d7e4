// Abseil reports range errors through these functions, whose own definitions
// bring printf along. Here nobody would read the text: a check that fails is
// a bug in the caller, and ends the module.

#include <cstdlib>

#include "absl/base/config.h"

namespace absl {
ABSL_NAMESPACE_BEGIN
namespace base_internal {

[[noreturn]] void ThrowStdOutOfRange(const char*) { std::abort(); }
[[noreturn]] void ThrowStdLengthError(const char*) { std::abort(); }

}  // namespace base_internal
ABSL_NAMESPACE_END
}  // namespace absl
