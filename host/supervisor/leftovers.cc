#include "host/supervisor/leftovers.h"

#include <sys/epoll.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "host/supervisor/pidfd.h"

namespace host {
namespace {

// Whether `environment` (NUL after each entry, as in /proc/PID/environ) has the entry.
bool Has(const std::string& environment, const std::string& entry) {
  return ('\0' + environment).find('\0' + entry + '\0') != std::string::npos;
}

}  // namespace

std::vector<pid_t> FindLeftovers(const std::string& run_dir) {
  std::vector<pid_t> pids;
  std::error_code error;
  for (auto it = std::filesystem::directory_iterator("/proc", error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    const std::string name = it->path().filename().string();
    pid_t pid = 0;
    const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (fault != std::errc() || *end != '\0' || pid == getpid()) continue;
    std::ifstream file(it->path() / "environ", std::ios::binary);
    const std::string environment((std::istreambuf_iterator<char>(file)),
                                  std::istreambuf_iterator<char>());
    if (Has(environment, "FNHOST_RUN_DIR=" + run_dir)) pids.push_back(pid);
  }
  return pids;
}

Leftovers::Leftovers(EventLoop& loop, const Log& log, const std::vector<pid_t>& pids,
                     std::function<void()> all_gone)
    : loop_(loop), log_(log), all_gone_(std::move(all_gone)) {
  for (const pid_t pid : pids) {
    Fd fd(pidfd_open(pid, 0));
    if (!fd) continue;  // gone in between
    loop_.Watch(fd.get(), EPOLLIN, [this, number = fd.get()](uint32_t) {
      loop_.Unwatch(number);
      std::erase_if(pidfds_, [&](const Fd& each) { return each.get() == number; });
      if (pidfds_.empty()) all_gone_();
    });
    pidfds_.push_back(std::move(fd));
  }
  if (!pidfds_.empty()) {
    log_.Warning("workers of a supervisor that died are still serving; they are drained later",
                 {{"workers", static_cast<int64_t>(pidfds_.size())}});
  }
}

void Leftovers::Drain(std::chrono::milliseconds grace) {
  if (drained_ || pidfds_.empty()) return;
  drained_ = true;
  log_.Info("draining the old workers", {{"workers", static_cast<int64_t>(pidfds_.size())}});
  Signal(SIGTERM);
  loop_.At(std::chrono::steady_clock::now() + grace, [this] { Signal(SIGKILL); });
}

void Leftovers::Kill() {
  drained_ = true;
  Signal(SIGKILL);
}

void Leftovers::Signal(int signal) {
  for (const Fd& fd : pidfds_) pidfd_send_signal(fd.get(), signal, nullptr, 0);
}

}  // namespace host
