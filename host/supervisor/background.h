// Background: work that may wait for a disk, done in a thread of its own so that the event loop
// never does. One job at a time, in the order they were given; the result comes back to the loop.
//
//   background.Run([&store] { return store.Import(...); },           // in the thread
//                  [this](auto revision) { Deploy(revision); });     // in the loop's thread
//
// Guarantees: each job that Run takes is run to its end, unless the Background is destroyed before
// it starts. `done` runs in the loop's thread, and never after the destruction. A job that throws
// throws the same in the loop's thread, where nobody expects it: jobs return what may go wrong.
//
// All calls are the loop's thread's. What a job captures is destroyed in either thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <utility>

#include "host/supervisor/event_loop.h"

namespace host {

class Background {
 public:
  // At most `most` jobs wait. The loop outlives the Background.
  explicit Background(EventLoop& loop, size_t most = 64);
  ~Background();  // waits for the running job, drops the others
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  // `job` takes nothing, or a std::stop_token that says when we are being destroyed, so that a long
  // one may end early. `done` takes its result (nothing when it gives none). False when too many
  // jobs wait: neither is called then.
  template <typename Job, typename Done>
  [[nodiscard]] bool Run(Job job, Done done) {
    return Add([job = std::move(job),
                done = std::move(done)](const std::stop_token& stop) mutable -> Finish {
      const auto call = [&] {
        if constexpr (std::is_invocable_v<Job&, const std::stop_token&>) {
          return job(stop);
        } else {
          return job();
        }
      };
      if constexpr (std::is_void_v<decltype(call())>) {
        call();
        return std::move(done);
      } else {
        return [done = std::move(done), result = call()]() mutable { done(std::move(result)); };
      }
    });
  }

 private:
  using Finish = std::move_only_function<void()>;                        // in the loop's thread
  using Task = std::move_only_function<Finish(const std::stop_token&)>;  // in ours

  bool Add(Task task);
  void Work(const std::stop_token& stop);

  EventLoop& loop_;
  const size_t most_;
  // The loop's thread's: false once this is destroyed, for what has been posted before.
  const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Task> tasks_;  // under mutex_
  std::jthread thread_;     // last: it uses all of the above
};

}  // namespace host
