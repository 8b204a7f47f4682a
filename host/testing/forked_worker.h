// A worker of the SDK in a child process of the test, on a socket of its own: its whole life, as
// the supervisor starts it.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

#include "host/function/answer.h"

namespace host::testing {

class ForkedWorker {
 public:
  // Runs `handler` in a child of this process, which must have one thread only. `listening` becomes
  // descriptor 0 of the worker and stays the caller's. `environment`: FNHOST_THREADS and the like.
  ForkedWorker(int listening, const std::map<std::string, std::string>& environment,
               const Handler& handler);
  // Kills it when it has not ended.
  ~ForkedWorker();
  ForkedWorker(ForkedWorker&& other) noexcept;
  ForkedWorker& operator=(ForkedWorker&& other) noexcept;

  void Signal(int signal) const;
  // Waits for its end; -1 when a signal ended it.
  int ExitCode();

 private:
  pid_t pid_ = -1;
};

}  // namespace host::testing
