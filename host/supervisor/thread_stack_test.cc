#include "host/supervisor/thread_stack.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

namespace test {

// Not static and not inlined: the names are what the stack must show.
__attribute__((noinline)) void Innermost(const std::atomic<bool>& stop, int ready) {
  [[maybe_unused]] const auto written = write(ready, "R", 1);
  while (!stop.load()) {
  }
}
__attribute__((noinline)) void Outer(const std::atomic<bool>& stop, int ready) {
  Innermost(stop, ready);
  std::puts("never");  // so that the call above is no jump
}
__attribute__((noinline)) void Waiting(int ready) {
  [[maybe_unused]] const auto written = write(ready, "R", 1);
  for (;;) pause();
}

}  // namespace test

namespace {

// A child that runs `what` in its first thread, killed with the test.
template <typename What>
struct Child {
  explicit Child(What what) {
    int ends[2];
    BOOST_REQUIRE(pipe(ends) == 0);
    pid = fork();
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      what(ends[1]);
      _exit(0);
    }
    close(ends[1]);
    char byte = 0;
    BOOST_REQUIRE(read(ends[0], &byte, 1) == 1);
    close(ends[0]);
  }
  ~Child() {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
  }
  pid_t pid = -1;
};

bool Names(const std::vector<std::string>& stack, const std::string& name) {
  return std::ranges::any_of(stack,
                             [&](const auto& frame) { return frame.starts_with(name + "("); });
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_thread_that_spins_shows_its_functions_from_the_innermost_outwards) {
  const Child child([](int ready) {
    const std::atomic<bool> stop = false;
    test::Outer(stop, ready);
  });
  const auto stack = host::ThreadStack(child.pid, child.pid);
  BOOST_REQUIRE_MESSAGE(stack.has_value(), (stack ? "" : stack.error()));
  BOOST_TEST(Names(*stack, "test::Innermost"));
  BOOST_TEST(Names(*stack, "test::Outer"));
  const auto of = [&](const std::string& name) {
    return std::ranges::find_if(*stack, [&](const auto& f) { return f.starts_with(name); });
  };
  BOOST_TEST((of("test::Innermost") < of("test::Outer")));
}

BOOST_AUTO_TEST_CASE(a_thread_that_waits_shows_where_and_goes_on_afterwards) {
  const Child child([](int ready) { test::Waiting(ready); });
  for (int i = 0; i < 3; ++i) {
    const auto stack = host::ThreadStack(child.pid, child.pid);
    BOOST_REQUIRE_MESSAGE(stack.has_value(), (stack ? "" : stack.error()));
    BOOST_TEST(Names(*stack, "test::Waiting"));
  }
  BOOST_TEST(waitpid(child.pid, nullptr, WNOHANG) == 0);  // alive, and not stopped
}

// A dead thread that nobody waited for would keep its process from being reaped, for ever.
BOOST_AUTO_TEST_CASE(a_process_killed_while_its_stack_is_read_can_still_be_reaped) {
  for (int i = 0; i < 200; ++i) {
    int ends[2];
    BOOST_REQUIRE(pipe(ends) == 0);
    const pid_t pid = fork();
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      std::thread worker([&] {
        const pid_t tid = gettid();
        [[maybe_unused]] const auto written = write(ends[1], &tid, sizeof tid);
        for (;;) pause();
      });
      worker.join();
    }
    pid_t tid = 0;
    BOOST_REQUIRE(read(ends[0], &tid, sizeof tid) == sizeof tid);
    close(ends[0]);
    close(ends[1]);
    std::thread killer([&] {
      std::this_thread::sleep_for(std::chrono::microseconds(i * 50));
      kill(pid, SIGKILL);
    });
    static_cast<void>(host::ThreadStack(pid, tid));
    killer.join();
    bool reaped = false;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!(reaped = waitpid(pid, nullptr, WNOHANG) == pid) &&
           std::chrono::steady_clock::now() < end) {
    }
    BOOST_REQUIRE_MESSAGE(reaped, "round " << i);
  }
}

BOOST_AUTO_TEST_CASE(what_is_gone_has_no_stack_and_says_why) {
  pid_t pid = 0;
  {
    const Child child([](int ready) { test::Waiting(ready); });
    pid = child.pid;
  }
  const auto stack = host::ThreadStack(pid, pid);
  BOOST_REQUIRE(!stack.has_value());
  BOOST_TEST(stack.error().starts_with("cannot"), stack.error());
}
