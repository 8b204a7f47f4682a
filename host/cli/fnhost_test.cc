// The real fnhost with real processes (BEHAVIOURS B3, B4, B6).

#include <arpa/inet.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>

#include "host/cli/fnhost_test_support.h"
#include "host/supervisor/fd.h"

namespace fs = std::filesystem;
using host::testing::Alive;
using host::testing::Contains;
using host::testing::Eventually;
using host::testing::Running;
using host::testing::TestHost;

namespace {

void ExpectNothingLeft(const TestHost& host) {
  BOOST_TEST(host.Workers().empty());
  for (const auto& entry : fs::directory_iterator(host.run_dir())) {
    BOOST_TEST(entry.path().filename().string() == "fnhost.lock");
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_pool_comes_up_and_drains_with_exit_0_and_nothing_left) {
  TestHost host;
  host.Add("good", 3, "good");
  host.Start();
  BOOST_REQUIRE_MESSAGE(Running(host), host.Log());
  BOOST_TEST(host.Function("good").ready == 3);
  BOOST_TEST(host.Workers().size() == 3u);
  BOOST_TEST(Contains(host.Get("/readyz"), "HTTP/1.1 200 OK"));
  BOOST_TEST(Contains(host.Get("/livez"), "HTTP/1.1 200 OK"));
  BOOST_TEST(Contains(host.Get("/metrics"), "fnhost_workers{function=\"good\",state=\"ready\"} 3"));
  const auto mode = fs::status(host.run_dir() + "/fnhost.sock").permissions();
  BOOST_TEST(static_cast<int>(mode) == 0600);
  kill(host.pid(), SIGTERM);
  BOOST_TEST(host.Wait() == 0);
  ExpectNothingLeft(host);
}

BOOST_AUTO_TEST_CASE(b3_a_worker_killed_with_sigkill_is_replaced_at_once) {
  TestHost host;
  host.Add("good", 2, "good");
  host.Start();
  BOOST_REQUIRE(Running(host));
  for (int round = 1; round <= 10; ++round) {
    const pid_t victim = host.Function("good").workers.at(0).pid;
    const auto start = std::chrono::steady_clock::now();
    kill(victim, SIGKILL);
    BOOST_REQUIRE(Eventually([&] {
      const auto now = host.Function("good");
      return now.restarts == round && now.ready == 2;
    }));
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    BOOST_TEST_MESSAGE("respawned and ready after " << took.count() << " ms");
    BOOST_TEST(took.count() < 2000);  // 100 ms on a quiet machine
  }
  BOOST_TEST(host.Function("good").last_exit == "killed by SIGKILL");
  BOOST_TEST(host.Function("good").failures == 0);
}

BOOST_AUTO_TEST_CASE(status_sums_up_what_workers_do_and_forgets_nothing_when_one_is_killed) {
  TestHost host;
  host.Add("busy", 2, "busy");
  host.Start();
  BOOST_REQUIRE(Running(host));
  for (int restarts = 0; restarts < 3; ++restarts) {
    BOOST_REQUIRE(Eventually([&] {
      const auto now = host.Function("busy");
      return now.restarts == restarts && now.ready == 2;
    }));
    const auto busy = host.Function("busy");
    BOOST_TEST(busy.requests == 3 * (2 + restarts));
    BOOST_TEST(busy.errors == 2 + restarts);
    BOOST_TEST(busy.shed == 2 + restarts);
    BOOST_TEST(busy.busy == 2);
    BOOST_TEST(busy.threads == 2);
    BOOST_TEST(busy.waiting == 4);
    BOOST_TEST(busy.connections == 10);
    for (const auto& worker : busy.workers) {
      BOOST_TEST(worker.requests == 3);
      BOOST_TEST(worker.busy == 1);
      BOOST_TEST(worker.memory_kb > 0);
    }
    kill(busy.workers.at(0).pid, SIGKILL);
  }
}

BOOST_AUTO_TEST_CASE(b3_a_crash_loop_backs_off_in_sight_and_leaves_the_others_alone) {
  TestHost host;
  host.Add("bad", 1, "crash");
  host.Add("good", 1, "good");
  host.Start();
  BOOST_REQUIRE(Eventually([&] { return host.Function("bad").failures >= 3; }));
  const auto bad = host.Function("bad");
  BOOST_TEST(bad.last_exit == "exit 3");
  BOOST_TEST(bad.next_start_s <= 30);
  BOOST_TEST(host.Function("good").ready == 1);
  BOOST_TEST(Contains(host.Get("/readyz"), "503 Service Unavailable"));
  kill(host.pid(), SIGTERM);
  BOOST_TEST(host.Wait() == 0);
  ExpectNothingLeft(host);
}

BOOST_AUTO_TEST_CASE(b3_a_stopped_or_stubborn_worker_is_killed_after_the_grace_period) {
  TestHost host;
  host.Add("good", 1, "good");
  host.Add("stubborn", 1, "stubborn");
  host.Start();
  BOOST_REQUIRE(Running(host));
  kill(host.Function("good").workers.at(0).pid, SIGSTOP);
  const auto start = std::chrono::steady_clock::now();
  kill(host.pid(), SIGTERM);
  BOOST_TEST(host.Wait() == 0);
  BOOST_TEST((std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(300)));
  BOOST_TEST(Contains(host.Log(), "still there after the grace period"));
  ExpectNothingLeft(host);
}

BOOST_AUTO_TEST_CASE(a_stopping_host_is_not_ready_and_a_second_signal_kills) {
  TestHost host;
  host.Add("good", 1, "good");
  host.Start();
  BOOST_REQUIRE(Running(host));
  kill(host.pid(), SIGHUP);  // harmless
  kill(host.Function("good").workers.at(0).pid, SIGSTOP);
  kill(host.pid(), SIGTERM);
  BOOST_TEST(Eventually([&] { return Contains(host.Get("/readyz"), "\"stopping\""); }));
  kill(host.pid(), SIGINT);
  BOOST_TEST(host.Wait() == 0);
  ExpectNothingLeft(host);
}

BOOST_AUTO_TEST_CASE(b4_of_several_started_at_once_one_wins_and_the_others_say_so) {
  TestHost host;
  host.Add("good", 1, "good");
  const pid_t first = host.Start();
  BOOST_REQUIRE(Running(host));
  host.Start();
  BOOST_TEST(host.Wait() == 1);
  BOOST_TEST(Contains(host.Log(), "is in use by another fnhost (process " + std::to_string(first)));
  BOOST_TEST(host.Status().pid == first);
  BOOST_TEST(host.Function("good").ready == 1);
}

BOOST_AUTO_TEST_CASE(b4_a_new_supervisor_takes_over_the_workers_of_a_killed_one) {
  TestHost host;
  host.Add("good", 2, "good");
  const pid_t first = host.Start();
  BOOST_REQUIRE(Running(host));
  const auto old = host.Workers();
  kill(first, SIGKILL);
  BOOST_TEST(host.Wait() == 1000 + SIGKILL);
  BOOST_TEST(std::ranges::all_of(old, &Alive));
  host.Start();
  BOOST_REQUIRE(Running(host));
  const auto good = host.Function("good");
  BOOST_TEST(good.ready == 2);
  BOOST_TEST(good.restarts == 0);
  for (const auto& worker : good.workers) {
    BOOST_TEST(std::ranges::count(old, worker.pid) == 1);
  }
  kill(old[0], SIGKILL);  // they are watched as own ones are
  BOOST_TEST(Eventually([&] { return host.Function("good").restarts == 1; }));
  BOOST_TEST(Eventually([&] { return host.Function("good").ready == 2; }));
  kill(host.pid(), SIGTERM);
  BOOST_TEST(host.Wait() == 0);
  ExpectNothingLeft(host);
}

BOOST_AUTO_TEST_CASE(b6_what_keeps_it_from_starting_is_said) {
  TestHost host;
  host.Add("good", 1, "good");
  host.Write("fnhost.json", R"({"functions": "x", "run_dirs": "/y"})");
  host.Start();
  BOOST_TEST(host.Wait() == 1);
  BOOST_TEST(Contains(host.Log(), "functions: must be an absolute path, not x"));
  BOOST_TEST(Contains(host.Log(), "run_dirs: unknown key"));
  BOOST_TEST(Contains(host.Log(), "run_dir: is missing"));
}

BOOST_AUTO_TEST_CASE(b6_a_taken_metrics_port_is_said) {
  TestHost host;
  host.Add("good", 1, "good");
  const host::Fd taken(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(host.port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  BOOST_REQUIRE(bind(taken.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(listen(taken.get(), 1) == 0);
  host.Start();
  BOOST_TEST(host.Wait() == 1);
  BOOST_TEST(Contains(host.Log(), "Address already in use; stop what listens there"));
  ExpectNothingLeft(host);
}

BOOST_AUTO_TEST_CASE(b6_a_broken_function_is_told_and_the_others_run) {
  TestHost host;
  host.Add("good", 1, "good");
  host.Add("broken", 1, "good");
  host.Write("functions/broken/function.json", "{");
  host.Start();
  BOOST_REQUIRE(Running(host));
  BOOST_TEST(host.Function("good").ready == 1);
  BOOST_TEST(!host.Function("broken").fault.empty());
  BOOST_TEST(Contains(host.Get("/readyz"), "503 Service Unavailable"));
}

BOOST_AUTO_TEST_CASE(b6_without_any_binary_it_refuses_to_start) {
  TestHost host;
  host.Add("good", 1, "good");
  fs::remove(host.path() + "/functions/good/good");
  host.Start();
  BOOST_TEST(host.Wait() == 1);
  BOOST_TEST(Contains(host.Log(), "good/good: No such file or directory; build it"));
}
