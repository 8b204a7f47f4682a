// Admission: whether one more request may wait while all threads of a worker are busy.
//
// A request may wait for a fifth of its time limit: the rest is for the handler, and a client that
// would wait longer is better told so at once. How long one would wait is foretold from what
// requests took lately, and from how long the threads have been at those they have now, so that a
// worker whose threads all hang fills no queue. What the foretelling misses, `most_wait` catches: a
// quarter of the time limit; who has waited that long is given up.
//
// Safe from several threads; costs a request two plain loads and a store.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>

namespace host {

using std::chrono::nanoseconds;

class Admission {
 public:
  // `timeout`: a request's time limit. `most_waiting`: never more at once, however quick they are.
  Admission(int threads, nanoseconds timeout, int most_waiting)
      : threads_(threads),
        most_foretold_(timeout / 5),
        most_wait_(timeout / 4),
        most_waiting_(most_waiting) {}

  // A handler took so long.
  void Took(nanoseconds time) {
    // Threads may overwrite each other's here: a mean loses nothing by one value.
    const int64_t mean = mean_ns_.load(std::memory_order_relaxed);
    mean_ns_.store(mean + (time.count() - mean) / kMemory, std::memory_order_relaxed);
  }

  // `waiting` are before it already; no thread has been free for `busy`. One may always wait.
  bool Admits(int waiting, nanoseconds busy) const {
    if (waiting == 0) return true;
    const nanoseconds each(std::max(mean_ns_.load(std::memory_order_relaxed), busy.count()));
    return waiting < most_waiting_ && each * waiting / threads_ < most_foretold_;
  }

  nanoseconds most_wait() const { return most_wait_; }

 private:
  static constexpr int kMemory = 16;  // requests

  const int threads_;
  const nanoseconds most_foretold_;
  const nanoseconds most_wait_;
  const int most_waiting_;
  alignas(64) std::atomic<int64_t> mean_ns_{0};  // written at each request
};

}  // namespace host
