// EventLoop: one thread, one epoll, timers. Everything in the supervisor's process happens in its
// callbacks, one at a time, so nothing there needs a lock. Other threads hand over what they have
// by Post; nothing else here may be called by them.
//
// A callback may watch, unwatch and close anything, itself included: an event that was fetched for
// a descriptor that has been unwatched since is dropped, even when the number is in use again.
// Descriptors are not owned.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "host/base/clock.h"
#include "host/supervisor/fd.h"

namespace host {

class EventLoop {
 public:
  using Callback = std::function<void(uint32_t events)>;  // EPOLLIN, ...
  using TimerId = uint64_t;                               // 0: none

  EventLoop();  // throws std::system_error

  void Watch(int fd, uint32_t events, Callback callback);  // throws std::system_error
  void Change(int fd, uint32_t events);
  void Unwatch(int fd);  // before the descriptor is closed; harmless when it is not watched

  TimerId At(SteadyTime time, std::function<void()> callback);
  void Cancel(TimerId timer);

  // Runs `callback` in the loop's thread, after those posted before it. Any thread; never blocks.
  // What is posted after Quit never runs: it is destroyed with the loop.
  void Post(std::move_only_function<void()> callback);

  void Run();  // until Quit
  void Quit() { quit_ = true; }

 private:
  struct Watched {
    uint64_t token;
    std::shared_ptr<Callback> callback;
  };
  int WaitMs() const;
  void RunTimers();
  void RunPosted();

  Fd epoll_;
  std::unordered_map<int, Watched> watched_;
  std::unordered_map<uint64_t, int> fds_;  // by token
  std::map<std::pair<SteadyTime, TimerId>, std::function<void()>> timers_;
  std::unordered_map<TimerId, SteadyTime> times_;
  uint64_t last_ = 0;
  bool quit_ = false;

  Fd wake_;  // an eventfd: something has been posted
  std::mutex mutex_;
  std::vector<std::move_only_function<void()>> posted_;  // under mutex_
};

}  // namespace host
