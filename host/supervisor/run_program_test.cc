#include "host/supervisor/run_program.h"

#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>

using host::EventLoop;
using host::ProgramEnd;
using host::ProgramLimits;
using host::RunProgram;

namespace {

// Runs a shell's line to its end.
ProgramEnd Shell(const std::string& line, ProgramLimits limits = {}) {
  EventLoop loop;
  std::optional<ProgramEnd> end;
  const auto program = RunProgram(
      loop, {"sh", "-c", line},
      [&](ProgramEnd found) {
        end = std::move(found);
        loop.Quit();
      },
      limits);
  BOOST_REQUIRE_EQUAL(program ? "" : program.error(), "");
  loop.At(std::chrono::steady_clock::now() + std::chrono::seconds(20), [&] { loop.Quit(); });
  loop.Run();
  BOOST_REQUIRE(end.has_value());
  return *end;
}

bool NoChildLeft() { return waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD; }

}  // namespace

BOOST_AUTO_TEST_CASE(both_outputs_come_in_order_with_the_exit_code) {
  const auto end = Shell("echo one; echo two >&2; echo three; exit 3");
  BOOST_TEST(end.text == "one\ntwo\nthree\n");
  BOOST_TEST(end.exit == 3);
  BOOST_TEST(end.signal == 0);
  BOOST_TEST(!end.ok());
  BOOST_TEST(!end.timed_out);
  BOOST_TEST(!end.cut);
  BOOST_TEST(Shell("exit 0").ok());
  BOOST_TEST(NoChildLeft());
}

BOOST_AUTO_TEST_CASE(the_program_starts_with_an_empty_stdin_and_no_other_descriptor) {
  BOOST_TEST(Shell("cat; readlink /proc/$$/fd/0; [ ! -e /proc/$$/fd/3 ] && echo alone").text ==
             "/dev/null\nalone\n");
}

BOOST_AUTO_TEST_CASE(a_flood_of_text_is_cut_at_the_limit_and_does_not_block_the_program) {
  const auto end = Shell("head -c 3000000 /dev/zero | tr '\\0' x; exit 7", {.text_bytes = 1000});
  BOOST_TEST(end.text == std::string(1000, 'x'));
  BOOST_TEST(end.cut);
  BOOST_TEST(end.exit == 7);
  const auto exact = Shell("printf 1234", {.text_bytes = 4});
  BOOST_TEST(exact.text == "1234");
  BOOST_TEST(!exact.cut);
}

BOOST_AUTO_TEST_CASE(a_program_over_its_deadline_is_killed_with_its_children) {
  const auto start = std::chrono::steady_clock::now();
  const auto end = Shell("echo $$; sleep 60 & wait", {.deadline = std::chrono::milliseconds(100)});
  BOOST_TEST(end.timed_out);
  BOOST_TEST(end.signal == SIGKILL);
  BOOST_TEST(end.exit == -1);
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(20)));
  const pid_t group = std::atoi(end.text.c_str());
  BOOST_REQUIRE(group > 1);
  // The killed child is init's to reap, at once; until then it still counts in the group.
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (kill(-group, 0) == 0 && std::chrono::steady_clock::now() < until) usleep(1000);
  BOOST_TEST((kill(-group, 0) == -1 && errno == ESRCH));
}

BOOST_AUTO_TEST_CASE(a_child_that_lives_on_holds_nobody_up) {
  const auto end = Shell("sleep 60 & echo $!");
  BOOST_TEST(end.ok());
  kill(std::atoi(end.text.c_str()), SIGKILL);
}

BOOST_AUTO_TEST_CASE(destroying_a_program_kills_it_and_calls_nobody) {
  EventLoop loop;
  bool called = false;
  auto program = RunProgram(loop, {"sleep", "60"}, [&](const ProgramEnd&) { called = true; });
  BOOST_REQUIRE(program.has_value());
  program->reset();
  BOOST_TEST(NoChildLeft());
  loop.Post([&] { loop.Quit(); });
  loop.Run();
  BOOST_TEST(!called);
}

BOOST_AUTO_TEST_CASE(the_callback_may_destroy_the_program) {
  EventLoop loop;
  std::unique_ptr<host::Program> program;
  auto started = RunProgram(loop, {"true"}, [&](const ProgramEnd& end) {
    BOOST_TEST(end.ok());
    program.reset();
    loop.Quit();
  });
  BOOST_REQUIRE(started.has_value());
  program = *std::move(started);
  loop.Run();
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_is_named) {
  EventLoop loop;
  for (const char* name : {"no-such-program", "/etc/passwd"}) {
    const auto program = RunProgram(loop, {name}, [](const ProgramEnd&) {});
    BOOST_REQUIRE(!program.has_value());
    BOOST_TEST(program.error().find(name) != std::string::npos);
  }
  BOOST_TEST(NoChildLeft());
}
