#include "host/testing/forked_worker.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <utility>

#include "host/function/worker.h"

namespace host::testing {

ForkedWorker::ForkedWorker(int listening, const std::map<std::string, std::string>& environment,
                           const Handler& handler)
    : pid_(fork()) {
  if (pid_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(listening, 0);
  close_range(3, ~0U, 0);
  for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
  char name[] = "worker";
  char* arguments[] = {name, nullptr};
  _exit(RunWorker(1, arguments, handler));
}

ForkedWorker::~ForkedWorker() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

ForkedWorker::ForkedWorker(ForkedWorker&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}

ForkedWorker& ForkedWorker::operator=(ForkedWorker&& other) noexcept {
  std::swap(pid_, other.pid_);
  return *this;
}

void ForkedWorker::Signal(int signal) const { kill(pid_, signal); }

int ForkedWorker::ExitCode() {
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace host::testing
