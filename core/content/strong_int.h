#ifndef PEER5_CORE_CONTENT_STRONG_INT_H_
#define PEER5_CORE_CONTENT_STRONG_INT_H_

#include <compare>
#include <concepts>

namespace peer5 {

// An integer that can't be confused with another kind of integer: a
// BlockIndex is not a ChunkIndex. Tag is any type, used only for its name.
template <typename Tag, std::integral Rep>
class StrongInt {
 public:
  using rep = Rep;

  constexpr StrongInt() = default;
  constexpr explicit StrongInt(Rep value) : value_(value) {}

  constexpr Rep value() const { return value_; }

  constexpr StrongInt& operator++() {
    ++value_;
    return *this;
  }
  constexpr StrongInt Next() const {
    return StrongInt(static_cast<Rep>(value_ + 1));
  }

  friend constexpr auto operator<=>(StrongInt, StrongInt) = default;

  template <typename H>
  friend H AbslHashValue(H h, StrongInt v) {
    return H::combine(static_cast<H&&>(h), v.value_);
  }

 private:
  Rep value_ = 0;
};

}  // namespace peer5

#endif  // PEER5_CORE_CONTENT_STRONG_INT_H_
