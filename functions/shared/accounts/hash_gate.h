// HashGate: lets as many password hashes run at once on the machine as there are cores, the others
// wait their turn. A thread that hashes is lowered in priority for good, so that two hundred
// log-ins do not slow down who only reads.
//
// The machine's places are files in a folder that all processes of the host share; who holds the
// lock (flock) of one has that place. The kernel gives it back when a process is killed.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "host/base/clock.h"

namespace accounts {

class HashGate {
 public:
  // Without a `folder`, or when it cannot be written, the places are this process's own.
  explicit HashGate(std::string folder = "",
                    int places = std::max(1, static_cast<int>(std::thread::hardware_concurrency())),
                    int most_waiting = 32)
      : folder_(std::move(folder)), places_(places), most_waiting_(most_waiting), free_(places) {}

  // Runs `work` when it is its turn. Throws host::Unavailable when that is not before `deadline`,
  // or when too many wait already: a client gets its 503 while somebody still waits for it.
  template <typename Work>
  auto Run(host::SteadyTime deadline, Work&& work) {
    const Place place(*this, deadline);
    thread_local const int lowered = setpriority(PRIO_PROCESS, 0, kNice);  // on Linux: this thread
    static_cast<void>(lowered);
    return work();
  }

 private:
  // A third of the share of a thread that serves reads: log-ins must go on under load, too.
  static constexpr int kNice = 5;

  struct Place {
    Place(HashGate& of, host::SteadyTime deadline) : gate(of), lock(of.Enter(deadline)) {}
    Place(const Place&) = delete;
    ~Place() { gate.Leave(lock); }
    HashGate& gate;
    const int lock;  // descriptor of the locked file; -1 without one
  };

  int Enter(host::SteadyTime deadline);
  void Leave(int lock);
  int LockOne(host::SteadyTime deadline) const;

  const std::string folder_;
  const int places_;
  const int most_waiting_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int free_;
  int waiting_ = 0;
  bool locking_ = false;  // one thread of a process asks for a lock, the others wait for it
};

}  // namespace accounts
