// SlowLog: tells of requests that take long, while they run.
//
//   {"ts":...,"level":"warning","msg":"slow
//   request","function":"thoughts_list","revision":"4be1...",
//    "pid":4711,"thread":4714,"request_id":"9c...","method":"GET","route":"/api/thoughts",
//    "duration_ms":1034.000,"statement":"thoughts_list.search",
//    "stack":["poll+0x4f (libc.so.6)","host::db::Connection::Wait(...)+0x1a (thoughts_list)",...]}
//
// It looks at the scoreboards about ten times a second, so a request shows within a tenth of a
// second after it became slow, once. Stacks are read from outside (thread_stack.h) in a thread of
// their own, one at a time, and one in a second per function; further lines come without. A line
// whose request ended before its stack was read comes without it too. Where no
// stack can be read (ptrace forbidden), the first such line says why ("stack_error").
//
// Programs without the SDK write no scoreboard and never show here.
#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/supervisor/background.h"
#include "host/supervisor/event_loop.h"
#include "host/supervisor/slow_watch.h"

namespace host {

class SlowLog {
 public:
  using Workers = std::function<std::vector<WatchedWorker>()>;

  // `slow` 0: only Now() logs. `workers` gives those there are. Lines go to `fd`. The loop outlives
  // this.
  SlowLog(EventLoop& loop, std::chrono::milliseconds slow, Workers workers, int fd = 2);
  ~SlowLog();
  SlowLog(const SlowLog&) = delete;
  SlowLog& operator=(const SlowLog&) = delete;

  // Before a worker is killed for a request over its time: logs "request over its time limit" for
  // each of its requests under way for longer than `limit`, with the stack, and then calls `then`
  // in the loop's thread: at once when there is none, and after kMostWait at the latest (a thread
  // stuck in the kernel has no stack to show; its line comes without).
  void Now(const WatchedWorker& worker, std::chrono::milliseconds limit,
           std::function<void()> then);
  static constexpr std::chrono::milliseconds kMostWait{500};

 private:
  using Stack = std::expected<std::vector<std::string>, std::string>;

  void Look();
  void Plan();
  void Take(const LongRequest& request, std::function<void(const Stack&)> done);
  bool StillAt(const LongRequest& request) const;
  void Write(const LongRequest& request, const char* msg, const Stack& stack);

  EventLoop& loop_;
  const std::chrono::milliseconds slow_;
  const Workers workers_;
  const int fd_;
  SlowWatch watch_;
  EventLoop::TimerId timer_ = 0;
  bool taking_ = false;         // a stack, for Look
  std::set<std::string> told_;  // why there were no stacks
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::optional<Background> background_;  // from the first stack on
};

}  // namespace host
