// A host on a system that cannot start processes, or whose clock is set (BEHAVIOURS B7).

#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <string>

#include "host/cli/fnhost_test_support.h"

namespace fs = std::filesystem;
using host::testing::Contains;
using host::testing::Eventually;
using host::testing::Running;
using host::testing::TestHost;

namespace {

constexpr long kYear = 365L * 24 * 3600;

// A host with test_faults.cc in it.
struct FaultyHost : TestHost {
  FaultyHost() {
    Add("good", 2, "good");
    AddServing("lazy", 1, {.mode = "ondemand", .idle_timeout_s = 1});
    setenv("TEST_FAULTS", path().c_str(), 1);
    setenv("LD_PRELOAD", fs::absolute("host/cli/libtest_faults.so").c_str(), 1);
    Start();
    unsetenv("LD_PRELOAD");
    BOOST_REQUIRE(Running(*this));
  }
  void Stop() {
    kill(pid(), SIGTERM);
    BOOST_TEST(Wait() == 0);
    BOOST_TEST(Workers().empty());
  }
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(b7_a_host_that_cannot_fork_says_so_and_recovers_by_itself, FaultyHost) {
  Write("no-fork", "");
  for (const pid_t pid : Workers()) kill(pid, SIGKILL);
  BOOST_TEST(Eventually([&] { return Contains(Log(), "raise the limit of processes"); }));
  BOOST_TEST(Eventually([&] { return Function("good").failures >= 2; }));
  BOOST_TEST(Function("good").ready == 0);
  fs::remove(path() + "/no-fork");
  BOOST_TEST(Eventually([&] { return Function("good").ready == 2; }));
  Stop();
}

BOOST_FIXTURE_TEST_CASE(b7_a_step_of_the_wall_clock_moves_no_pool, FaultyHost) {
  const auto before = Workers();
  for (const long off : {kYear, -kYear}) {
    Write("clock", std::to_string(off));
    // The pool that sleeps starts for a connection and sleeps again in its own time.
    auto connection = Connect("lazy");
    BOOST_TEST(Eventually([&] { return Function("lazy").ready == 1; }));
    connection.Close();
    BOOST_TEST(Eventually([&] { return Workers() == before; }));
  }
  const std::string year = std::to_string(1970 + (std::time(nullptr) + kYear) / kYear);
  BOOST_TEST(Contains(Log(), "\"ts\":\"" + year), Log());
  Stop();
}
