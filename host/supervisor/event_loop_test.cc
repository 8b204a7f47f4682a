#include "host/supervisor/event_loop.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <vector>

namespace {

using std::chrono::steady_clock;

// Stops a loop that would otherwise turn for ever.
void QuitLater(host::EventLoop& loop) {
  loop.At(steady_clock::now() + std::chrono::seconds(10), [&] { loop.Quit(); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_threads_post_runs_once_in_the_loops_thread_in_their_order) {
  constexpr int kEach = 1000;
  host::EventLoop loop;
  QuitLater(loop);
  std::map<int, std::vector<int>> seen;  // by thread; without a lock, by the loop's thread alone
  int left = 4 * kEach;
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        loop.Post([&, thread, i] {
          seen[thread].push_back(i);
          if (--left == 0) loop.Quit();
        });
      }
    });
  }
  loop.Run();
  BOOST_TEST(left == 0);
  for (const auto& [thread, numbers] : seen) {
    BOOST_TEST(numbers.size() == static_cast<size_t>(kEach));
    BOOST_TEST(std::is_sorted(numbers.begin(), numbers.end()));
  }
}

BOOST_AUTO_TEST_CASE(a_callback_that_posts_keeps_no_timer_waiting) {
  host::EventLoop loop;
  QuitLater(loop);
  int rounds = 0;
  std::function<void()> again = [&] {
    ++rounds;
    loop.Post(again);
  };
  loop.Post(again);
  bool timer = false;
  loop.At(steady_clock::now() + std::chrono::milliseconds(5), [&] {
    timer = true;
    loop.Quit();
  });
  loop.Run();
  BOOST_TEST(timer);
  BOOST_TEST(rounds > 1);
}

BOOST_AUTO_TEST_CASE(what_is_posted_after_the_end_does_not_run_and_is_freed) {
  const auto held = std::make_shared<int>(1);
  bool ran = false;
  {
    host::EventLoop loop;
    loop.Post([&] { loop.Quit(); });
    loop.Post([&, held] { ran = true; });  // in the same round, after the end
    loop.Run();
    loop.Post([&, held] { ran = true; });
  }
  BOOST_TEST(!ran);
  BOOST_TEST(held.use_count() == 1);
}
