#ifndef PEER5_CORE_CONTENT_TIME_H_
#define PEER5_CORE_CONTENT_TIME_H_

#include <compare>
#include <cstdint>
#include <limits>

namespace peer5 {

// A span of time, in microseconds.
class Duration {
 public:
  constexpr Duration() = default;
  static constexpr Duration Micros(int64_t us) { return Duration(us); }
  static constexpr Duration Millis(int64_t ms) { return Duration(ms * 1000); }
  static constexpr Duration Seconds(int64_t s) { return Duration(s * 1000000); }
  static constexpr Duration FromSeconds(double s) {
    return Duration(static_cast<int64_t>(s * 1e6));
  }
  static constexpr Duration Infinite() {
    return Duration(std::numeric_limits<int64_t>::max());
  }

  constexpr int64_t micros() const { return us_; }
  constexpr double seconds() const { return static_cast<double>(us_) / 1e6; }

  friend constexpr auto operator<=>(Duration, Duration) = default;
  friend constexpr Duration operator+(Duration a, Duration b) {
    return Duration(a.us_ + b.us_);
  }
  friend constexpr Duration operator-(Duration a, Duration b) {
    return Duration(a.us_ - b.us_);
  }
  friend constexpr Duration operator*(Duration a, int64_t k) {
    return Duration(a.us_ * k);
  }
  friend constexpr Duration operator/(Duration a, int64_t k) {
    return Duration(a.us_ / k);
  }

 private:
  constexpr explicit Duration(int64_t us) : us_(us) {}
  int64_t us_ = 0;
};

// A point in time on the caller's monotonic clock, whose zero is arbitrary.
class Timestamp {
 public:
  constexpr Timestamp() = default;
  static constexpr Timestamp Micros(int64_t us) { return Timestamp(us); }
  static constexpr Timestamp Millis(int64_t ms) { return Timestamp(ms * 1000); }
  static constexpr Timestamp Never() {
    return Timestamp(std::numeric_limits<int64_t>::max());
  }

  constexpr int64_t micros() const { return us_; }

  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration d) {
    return d == Duration::Infinite() ? Never() : Timestamp(t.us_ + d.micros());
  }
  friend constexpr Timestamp operator-(Timestamp t, Duration d) {
    return Timestamp(t.us_ - d.micros());
  }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) {
    return Duration::Micros(a.us_ - b.us_);
  }

 private:
  constexpr explicit Timestamp(int64_t us) : us_(us) {}
  int64_t us_ = 0;
};

}  // namespace peer5

#endif  // PEER5_CORE_CONTENT_TIME_H_
