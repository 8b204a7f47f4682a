// Scoreboard: what a worker is doing, in memory that it shares with the supervisor.
//
// The supervisor makes one per worker (a sealed memfd) and hands it down as a descriptor; the
// worker finds its number in FNHOST_SCOREBOARD_FD and attaches. The worker writes, the supervisor
// reads: without a lock, a signal or a system call on either side, also while the worker is stopped
// or stuck, and after it has died.
//
//   auto board = Scoreboard::Create(8);           // supervisor
//   ... the child inherits board->fd() ...
//   const Load load = board->ReadLoad();          // how busy? a few cache lines
//   for (const ThreadWork& work : board->ReadThreads()) ...
//
//   auto board = Scoreboard::Attach(fd);          // worker
//   board->worker().attached = 1;
//   ThreadBoard& mine = board->thread(i);         // written by thread i alone
//   mine.Begin(now); mine.Describe("GET", "/x", "id"); ... mine.End();
//
// Guarantees: a reader never blocks a writer, and never reads beyond the mapping whatever the
// worker writes (its size is sealed; texts are cut). Numbers of one thread only grow. Load and
// counters of several threads are not one moment's: they are read one after the other.
//
// Not promised: that a worker uses it. A program without the SDK leaves it empty: `attached()` is
// false.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "host/scoreboard/counters.h"
#include "host/scoreboard/thread_board.h"

namespace host {

struct Load {
  int threads = 0;             // that handle requests
  int busy = 0;                // of them, with a request
  int waiting = 0;             // requests taken from their sockets and not begun
  int connections = 0;         // open
  int64_t requests = 0;        // begun since the start
  int64_t oldest_busy_ns = 0;  // CLOCK_MONOTONIC: since when the oldest request runs; 0 when none
};

// What concerns a worker as a whole; its threads write it seldom.
struct alignas(64) WorkerBoard {
  std::atomic<int32_t> attached{0};  // 1 from when the worker has found it
  std::atomic<int32_t> ready{0};     // 1 from when it serves: set before it says so
  std::atomic<int32_t> draining{0};  // 1 from when it accepts no more
  std::atomic<int32_t> waiting{0};
  std::atomic<int32_t> connections{0};
  std::atomic<int64_t> alive_ns{0};  // CLOCK_MONOTONIC, renewed about once a second; 0: not yet
};

class Scoreboard {
 public:
  // The supervisor's: `threads` that handle requests, and room for the one that answers when all
  // are busy. A request longer than `slow` counts as slow (0: none does). The error is a line for
  // people.
  static std::expected<Scoreboard, std::string> Create(
      int threads, std::chrono::milliseconds slow = std::chrono::seconds(1));
  // The worker's; also a new supervisor's, for a worker of a dead one. Takes `fd` over when it is a
  // scoreboard of this layout, and leaves it alone otherwise.
  static std::expected<Scoreboard, std::string> Attach(int fd);

  Scoreboard(Scoreboard&& other) noexcept;
  Scoreboard& operator=(Scoreboard&& other) noexcept;
  ~Scoreboard();

  int fd() const { return fd_; }  // -1 after CloseFd
  void CloseFd();                 // the memory stays
  int threads() const { return threads_; }
  int64_t slow_ns() const { return slow_ns_; }

  // The worker's. Thread `threads()` is the one that answers when all are busy.
  ThreadBoard& thread(int index) const;
  WorkerBoard& worker() const;

  // The supervisor's.
  bool attached() const;  // whether the worker writes it
  Load ReadLoad() const;
  std::vector<ThreadWork> ReadThreads() const;  // of the threads that handle requests
  Counters ReadCounters() const;
  Totals ReadTotals() const;

 private:
  struct Layout;
  Scoreboard(int fd, Layout* memory, size_t bytes);

  int fd_ = -1;
  Layout* memory_ = nullptr;
  size_t bytes_ = 0;
  // Copied before the worker could write them.
  int threads_ = 0;
  int64_t slow_ns_ = 0;
};

}  // namespace host
