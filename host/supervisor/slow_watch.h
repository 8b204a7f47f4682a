// SlowWatch: which requests have become slow, seen from the scoreboards. Pure: the time is a
// parameter, and nothing is logged here.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "host/scoreboard/scoreboard.h"

namespace host {

// A worker with a scoreboard that it writes; `board` lives at least as long as the call it is given
// to.
struct WatchedWorker {
  std::string function;
  std::string revision;
  pid_t pid = 0;
  const Scoreboard* board = nullptr;
};

struct LongRequest {
  std::string function;
  std::string revision;
  pid_t pid = 0;
  int thread = 0;  // of the scoreboard
  ThreadWork work;
  std::chrono::nanoseconds duration{};
  bool with_stack = false;  // it is this one's turn
};

// The worker's requests under way for longer than `limit`. Now: CLOCK_MONOTONIC.
std::vector<LongRequest> LongRequests(const WatchedWorker& worker, std::chrono::nanoseconds limit,
                                      int64_t now_ns);

class SlowWatch {
 public:
  explicit SlowWatch(std::chrono::nanoseconds slow) : slow_(slow) {}

  // Each request once, at the first look that finds it slow. One in a second per function gets its
  // stack: the thread stands still for that.
  std::vector<LongRequest> Look(const std::vector<WatchedWorker>& workers, int64_t now_ns);

 private:
  const std::chrono::nanoseconds slow_;
  std::map<std::pair<pid_t, int>, int64_t> known_;  // pid and thread: since when, of slow requests
  std::map<std::string, int64_t> last_stack_ns_;    // by function
};

}  // namespace host
