#include "functions/shared/accounts/hash_gate.h"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <latch>
#include <thread>
#include <vector>

#include "host/base/unavailable.h"

using accounts::HashGate;
using namespace std::chrono_literals;

namespace {

auto In(std::chrono::milliseconds time) { return std::chrono::steady_clock::now() + time; }

struct Folder {
  Folder() {
    std::string name = std::filesystem::temp_directory_path() / "hash-gate-XXXXXX";
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

}  // namespace

BOOST_AUTO_TEST_CASE(d7_no_more_run_at_once_than_there_are_places) {
  HashGate gate("", 2);
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
  HashGate gate("", 1);
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
  HashGate gate("", 1);
  BOOST_CHECK_THROW(gate.Run(In(1min), []() -> int { throw std::bad_alloc(); }), std::bad_alloc);
  BOOST_TEST(gate.Run(In(10ms), [] { return 7; }) == 7);
}

BOOST_AUTO_TEST_CASE(d7_the_places_are_the_machines_not_each_processs) {
  const Folder folder;
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<int> done{0};
  HashGate gates[]{HashGate(folder.path, 2), HashGate(folder.path, 2), HashGate(folder.path, 2)};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 10; ++j) {
        gates[i % 3].Run(In(1min), [&] {
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
  BOOST_TEST(done == 60);
  BOOST_TEST(most <= 2);
}

BOOST_AUTO_TEST_CASE(another_process_has_the_place_until_it_is_killed) {
  const Folder folder;
  int ready[2];
  BOOST_REQUIRE(pipe(ready) == 0);
  const pid_t other = fork();
  if (other == 0) {
    HashGate(folder.path, 1).Run(In(1min), [&] {
      if (write(ready[1], "R", 1) != 1) _exit(1);
      pause();
    });
    _exit(0);
  }
  char byte = 0;
  BOOST_TEST(read(ready[0], &byte, 1) == 1);
  HashGate gate(folder.path, 1);
  BOOST_CHECK_THROW(gate.Run(In(30ms), [] {}), host::Unavailable);
  kill(other, SIGKILL);
  BOOST_TEST(waitpid(other, nullptr, 0) == other);
  BOOST_TEST(gate.Run(In(1min), [] { return 7; }) == 7);
  close(ready[0]);
  close(ready[1]);
}

BOOST_AUTO_TEST_CASE(d7_who_comes_when_enough_are_waiting_is_told_at_once) {
  HashGate gate("", 1, 0);
  gate.Run(In(1min), [&] {
    const auto before = std::chrono::steady_clock::now();
    BOOST_CHECK_THROW(gate.Run(In(1min), [] {}), host::Unavailable);
    BOOST_CHECK(std::chrono::steady_clock::now() - before < 30s);
  });
}

BOOST_AUTO_TEST_CASE(a_folder_that_is_not_there_leaves_the_processs_own_places) {
  HashGate gate("/nowhere/at/all", 1);
  gate.Run(In(1min), [&] { BOOST_CHECK_THROW(gate.Run(In(10ms), [] {}), host::Unavailable); });
}
