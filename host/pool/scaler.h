// Scaler: how many workers the load asks for. Pure.
//
// Busy threads decide: workers are enough when seven tenths of their threads would do. Requests
// that wait ask for more at once; otherwise the mean of a few looks counts, so that a moment's
// burst starts nothing. What was needed at any time within the idle timeout is kept: a pool shrinks
// only after it has been quiet for that long.
#pragma once

#include <array>
#include <deque>

#include "host/base/clock.h"
#include "host/pool/rules.h"

namespace host {

struct PoolLoad {
  int ready = 0;
  int starting = 0;
  int busy = 0;          // threads
  int waiting = 0;       // requests in workers that no thread has begun
  bool backlog = false;  // somebody waits in the socket
  bool active = false;   // anything was asked since the last look
};

class Scaler {
 public:
  void See(const PoolLoad& load, const PoolRules& rules, SteadyTime now);
  // So many are needed now, whatever the load: a first request, the workers of a deploy.
  void Hold(int workers, SteadyTime now);
  // Within min and max; `max` for a static pool.
  int Target(const PoolRules& rules) const;

 private:
  struct Peak {
    SteadyTime at;
    int workers;
  };
  static constexpr size_t kLooks = 3;

  int Needed(const PoolLoad& load, const PoolRules& rules) const;

  std::deque<Peak> peaks_;          // falling: the greatest of the idle timeout stands first
  std::array<int, kLooks> used_{};  // threads wanted at the last looks
  size_t look_ = 0;
};

}  // namespace host
