// Time as a parameter: whoever plans by time takes a Clock, so that tests set it.
#pragma once

#include <chrono>

namespace host {

using WallTime = std::chrono::system_clock::time_point;
using SteadyTime = std::chrono::steady_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime Now() const { return std::chrono::system_clock::now(); }
  virtual SteadyTime Steady() const { return std::chrono::steady_clock::now(); }
};

class FakeClock : public Clock {
 public:
  explicit FakeClock(WallTime now = WallTime(std::chrono::seconds(1'700'000'000))) : now_(now) {}
  WallTime Now() const override { return now_; }
  SteadyTime Steady() const override { return steady_; }
  void Advance(std::chrono::nanoseconds by) {
    now_ += std::chrono::duration_cast<WallTime::duration>(by);
    steady_ += by;
  }

 private:
  WallTime now_;
  SteadyTime steady_{};
};

}  // namespace host
