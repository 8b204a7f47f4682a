// LastUse: which personal tokens were used just now, so that the time of their last use is written
// at most once a minute by each process. Bounded by the tokens of one minute. Safe for several
// threads.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

#include "host/base/clock.h"

namespace session {

class LastUse {
 public:
  static constexpr std::chrono::minutes kEvery{1};

  // True when the caller is the one to write it.
  bool IsDue(const std::string& token_id, host::SteadyTime now);
  size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, host::SteadyTime> written_;
  host::SteadyTime pruned_ = host::SteadyTime::min();
};

}  // namespace session
