// HashGate: lets as many password hashes run at once in a process as there are cores, the others
// wait their turn. A thread that hashes is lowered in priority for good, so that two hundred
// log-ins do not slow down who only reads.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "host/base/clock.h"
#include "host/base/unavailable.h"

namespace accounts {

class HashGate {
 public:
  explicit HashGate(int places = std::max(1, static_cast<int>(std::thread::hardware_concurrency())))
      : free_(places) {}

  // Runs `work` when it is its turn. Throws host::Unavailable when that is not before `deadline`: a
  // client gets its 503 while somebody still waits for it.
  template <typename Work>
  auto Run(host::SteadyTime deadline, Work&& work) {
    Enter(deadline);
    thread_local const int lowered = setpriority(PRIO_PROCESS, 0, kNice);  // on Linux: this thread
    static_cast<void>(lowered);
    struct Place {
      ~Place() { gate.Leave(); }
      HashGate& gate;
    } place{*this};
    return work();
  }

 private:
  // A third of the share of a thread that serves reads: log-ins must go on under load, too.
  static constexpr int kNice = 5;

  void Enter(host::SteadyTime deadline) {
    std::unique_lock lock(mutex_);
    if (!left_.wait_until(lock, deadline, [this] { return free_ > 0; })) {
      throw host::Unavailable("too many log-ins at once", 2);
    }
    --free_;
  }
  void Leave() {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
    }
    left_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable left_;
  int free_;
};

}  // namespace accounts
