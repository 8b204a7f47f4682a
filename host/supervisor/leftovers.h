// Workers of a dead supervisor that nobody can take over: its keeper died with it, or they were
// starting or leaving. They go on serving, so that nobody's request fails; once the new
// supervisor's own workers are ready, they are drained.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "host/base/log.h"
#include "host/supervisor/event_loop.h"

namespace host {

// Processes of this user with FNHOST_RUN_DIR=`run_dir` in their environment. Call it under the
// folder's lock and before own workers are started, so that all of them are leftovers.
std::vector<pid_t> FindLeftovers(const std::string& run_dir);

class Leftovers {
 public:
  Leftovers(EventLoop& loop, const Log& log, const std::vector<pid_t>& pids,
            std::function<void()> all_gone);

  // SIGTERM, and SIGKILL after `grace`. Further calls do nothing.
  void Drain(std::chrono::milliseconds grace);
  void Kill();
  bool empty() const { return pidfds_.empty(); }
  int count() const { return static_cast<int>(pidfds_.size()); }

 private:
  void Signal(int signal);

  EventLoop& loop_;
  const Log& log_;
  std::function<void()> all_gone_;
  std::vector<Fd> pidfds_;
  bool drained_ = false;
};

}  // namespace host
