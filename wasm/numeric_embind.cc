// In place of embind's own bind.cpp, which registers every type that it knows
// (strings, views, 64-bit integers) and brings printf and RTTI along: only
// what the calls take and give. A binding that needs another type fails as
// the module starts ("unbound types"). Weak, so that an Emscripten whose
// bind.cpp is linked for other reasons has its way.

#include <emscripten/bind.h>
#include <emscripten/em_macros.h>
#include <stdlib.h>

#include <cstdint>

extern "C" {

// The name of an unbound type, for the error message: none. The caller frees
// it.
[[gnu::weak]] EMSCRIPTEN_KEEPALIVE char* __getTypeName(const void*) {
  return static_cast<char*>(calloc(1, 1));
}

[[gnu::weak, gnu::constructor]] void
__embind_register_native_and_builtin_types() {
  using namespace emscripten::internal;  // NOLINT: embind's registrars
  _embind_register_void(TypeID<void>::get(), "void");
  _embind_register_bool(TypeID<bool>::get(), "bool", sizeof(bool), true, false);
  _embind_register_integer(TypeID<uint32_t>::get(), "uint32_t",
                           sizeof(uint32_t), 0, UINT32_MAX);
  _embind_register_float(TypeID<double>::get(), "double", sizeof(double));
}

}  // extern "C"
