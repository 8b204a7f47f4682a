// Backoff: failures in a row, and how long they put the next start off.
//
// Each failure doubles the delay, from 100 ms to 30 s; up to a fifth less by chance, so that pools
// do not come back in step. Workers of one round that fail together count once.
#pragma once

#include <functional>
#include <optional>

#include "host/base/clock.h"
#include "host/pool/rules.h"

namespace host {

// A number from 0 up to, but without, 1.
using Random = std::function<double()>;

class Backoff {
 public:
  // `round`: failures() when the worker that failed now was started.
  void Failed(int round, const PoolRules& rules, const Random& random, SteadyTime now);
  void Forgive() { failures_ = 0; }
  void Reset();  // as if nothing had ever failed
  void Pass(SteadyTime now);

  int failures() const { return failures_; }
  // Set while no worker may be started.
  std::optional<SteadyTime> until() const { return until_; }

 private:
  int failures_ = 0;
  std::optional<SteadyTime> until_;
};

}  // namespace host
