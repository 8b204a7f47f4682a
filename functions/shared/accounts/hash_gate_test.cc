#include "functions/shared/accounts/hash_gate.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <latch>
#include <thread>
#include <vector>

using accounts::HashGate;
using namespace std::chrono_literals;

namespace {

auto In(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

}  // namespace

BOOST_AUTO_TEST_CASE(no_more_run_at_once_than_there_are_places) {
  HashGate gate(2);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> done{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 50; ++j) {
        gate.Run(In(1min), [&] {
          const int now = ++inside;
          for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) continue;
          std::this_thread::yield();
          --inside;
          ++done;
        });
      }
    });
  }
  for (auto& thread : threads) thread.join();
  BOOST_TEST(done == 400);
  BOOST_TEST(most <= 2);
}

BOOST_AUTO_TEST_CASE(who_waits_beyond_the_deadline_is_told_to_come_back) {
  HashGate gate(1);
  std::latch inside(1);
  std::latch leave(1);
  std::thread holder([&] {
    gate.Run(In(1min), [&] {
      inside.count_down();
      leave.wait();
    });
  });
  inside.wait();
  BOOST_CHECK_THROW(gate.Run(In(10ms), [] {}), host::Unavailable);
  leave.count_down();
  holder.join();
  BOOST_TEST(gate.Run(In(1min), [] { return 7; }) == 7);
}

BOOST_AUTO_TEST_CASE(work_that_throws_gives_its_place_back) {
  HashGate gate(1);
  BOOST_CHECK_THROW(gate.Run(In(1min), []() -> int { throw std::bad_alloc(); }), std::bad_alloc);
  BOOST_TEST(gate.Run(In(10ms), [] { return 7; }) == 7);
}
