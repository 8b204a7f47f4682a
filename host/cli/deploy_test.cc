// The real fnhost while functions are deployed, rolled back and scaled (BEHAVIOURS B1, B2, B4).

#include <sys/resource.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/cli/fnhost_test_support.h"

namespace fs = std::filesystem;
using host::testing::Alive;
using host::testing::Contains;
using host::testing::Eventually;
using host::testing::Running;
using host::testing::TestHost;

namespace {

// A program that is another one by its bytes, and behaves in the same way.
std::string OtherBinary(const TestHost& host, const std::string& stamp) {
  const std::string path = host.path() + "/binary-" + stamp;
  fs::copy_file("host/cli/test_worker", path);
  std::ofstream(path, std::ios::app) << stamp;
  return path;
}

// With the SDK's marker, so that it is waited for.
std::string Script(const TestHost& host, const std::string& name, const std::string& commands) {
  const std::string path = host.path() + "/" + name;
  std::ofstream(path) << "#!/bin/sh\n# fnhost-sdk-1\n" << commands << "\n";
  return path;
}

void Stop(TestHost& host) {
  kill(host.pid(), SIGTERM);
  BOOST_TEST(host.Wait() == 0);
  BOOST_TEST(host.Workers().empty());
}

}  // namespace

BOOST_AUTO_TEST_CASE(b2_a_deploy_replaces_the_workers_and_a_rollback_brings_the_revision_back) {
  TestHost host;
  host.KeepState();
  host.Add("good", 2, "good");
  host.Start();
  BOOST_REQUIRE_MESSAGE(Running(host), host.Log());
  const auto before = host.Function("good");
  const auto deployed = host.Run({"deploy", "good", "--binary", OtherBinary(host, "a"), "--json"});
  BOOST_REQUIRE_MESSAGE(deployed.exit == 0, deployed.err);
  const auto report = nlohmann::json::parse(deployed.out);
  BOOST_TEST(report["previous"] == before.revision);
  auto now = host.Function("good");
  BOOST_TEST(report["revision"] == now.revision);
  BOOST_TEST(now.revision != before.revision);
  BOOST_TEST(now.ready == 2);
  BOOST_TEST(now.draining == 0);
  BOOST_TEST(now.restarts == 0);
  for (const auto& worker : before.workers) BOOST_TEST(!Alive(worker.pid));

  const auto back = host.Run({"rollback", "good"});
  BOOST_TEST(back.exit == 0);
  now = host.Function("good");
  BOOST_TEST(now.revision == before.revision);
  BOOST_TEST(now.deploys == 2);
  const auto same = host.Run({"deploy", "good", "--binary", host.path() + "/functions/good/good"});
  BOOST_TEST(same.exit == 0);
  BOOST_TEST(Contains(same.out, "serves already"));
  Stop(host);
}

BOOST_AUTO_TEST_CASE(b2_a_bad_binary_leaves_the_old_revision_serving_and_the_command_says_why) {
  TestHost host;
  host.KeepState();
  host.Add("good", 2, "good");
  host.Start();
  BOOST_REQUIRE(Running(host));
  const auto before = host.Function("good");
  const auto expect = [&](const std::string& binary, const std::string& why) {
    const auto failed = host.Run({"deploy", "good", "--binary", binary});
    BOOST_TEST(failed.exit == 1);
    BOOST_TEST(Contains(failed.err, why), failed.err);
  };
  expect(Script(host, "exits", "exit 3"), "ended before it was ready (exit 3)");
  expect(Script(host, "crashes", "kill -SEGV $$"), "killed by SIGSEGV");
  std::ofstream(host.path() + "/text") << "no program";
  expect(host.path() + "/text", "Exec format error");
  std::ofstream(host.path() + "/empty") << "";
  expect(host.path() + "/empty", "empty");
  expect(host.path(), "");  // a folder
  expect(host.path() + "/missing", "No such file");
  expect(Script(host, "hangs", "exec sleep 1000"), "not ready in time");
  // Another's end is not this one's.
  const auto first =
      host.Begin({"deploy", "good", "--binary", Script(host, "one", "exec sleep 1000")});
  BOOST_REQUIRE(Eventually([&] { return host.Function("good").starting == 2; }));
  host.Run({"deploy", "good", "--binary", Script(host, "two", "exit 3")});
  const auto overtaken = host.End(first);
  BOOST_TEST(overtaken.exit == 1);
  BOOST_TEST(Contains(overtaken.err, "another deploy took its place\n"), overtaken.err);
  const auto unknown = host.Run({"deploy", "other", "--binary", OtherBinary(host, "o")});
  BOOST_TEST(unknown.exit == 1);
  BOOST_TEST(Contains(unknown.err, "there is no function other yet"));
  const auto now = host.Function("good");
  BOOST_TEST(now.revision == before.revision);
  BOOST_TEST(now.ready == 2);
  BOOST_TEST(Contains(now.note, "failed"));
  for (const auto& worker : before.workers) BOOST_TEST(Alive(worker.pid));
  Stop(host);
}

BOOST_AUTO_TEST_CASE(b2_a_revision_that_crashes_after_its_deploy_is_taken_back_by_the_host) {
  TestHost host;
  host.KeepState();
  host.Add("good", 1, "good");
  host.Start();
  BOOST_REQUIRE(Running(host));
  const auto before = host.Function("good").revision;
  const auto deployed = host.Run(
      {"deploy", "good", "--binary", Script(host, "dies", "echo -n R >&3; sleep 0.3; exit 4")});
  BOOST_REQUIRE_MESSAGE(deployed.exit == 0, deployed.err);
  BOOST_TEST(Eventually([&] {
    const auto now = host.Function("good");
    return now.revision == before && now.ready == 1;
  }));
  BOOST_TEST(host.Function("good").fall_backs == 1);
  BOOST_TEST(Contains(host.Log(), "falling back"));
  Stop(host);
}

BOOST_AUTO_TEST_CASE(what_was_deployed_and_scaled_survives_a_restart_until_the_folder_changes) {
  TestHost host;
  host.KeepState();
  host.Add("good", 1, "good");
  host.Start();
  BOOST_REQUIRE(Running(host));
  BOOST_TEST(host.Run({"deploy", "good", "--binary", OtherBinary(host, "a")}).exit == 0);
  BOOST_TEST(host.Run({"scale", "good", "--max", "3"}).exit == 0);
  BOOST_TEST(host.Run({"scale", "good", "--min", "9"}).exit == 1);
  const auto deployed = host.Function("good").revision;
  Stop(host);
  host.Start();
  BOOST_REQUIRE(Running(host));
  BOOST_TEST(host.Function("good").revision == deployed);
  BOOST_TEST(host.Function("good").ready == 3);
  Stop(host);
  fs::remove(host.path() + "/functions/good/good");
  fs::copy_file(OtherBinary(host, "b"), host.path() + "/functions/good/good");
  host.Start();
  BOOST_REQUIRE(Running(host));
  const auto installed = host.Function("good");
  BOOST_TEST(installed.revision != deployed);
  BOOST_TEST(installed.previous == deployed);
  Stop(host);
}

BOOST_AUTO_TEST_CASE(a_function_that_is_new_to_the_host_comes_by_a_deploy_and_stays) {
  TestHost host;
  host.KeepState();
  host.Add("good", 1, "good");
  host.Add("fresh", 1, "good");
  fs::rename(host.path() + "/functions/fresh", host.path() + "/fresh");
  host.Start();
  BOOST_REQUIRE(Running(host));
  const std::string manifest = host.path() + "/fresh/function.json";
  const auto failed = host.Run(
      {"deploy", "fresh", "--binary", Script(host, "exits", "exit 3"), "--manifest", manifest});
  BOOST_TEST(failed.exit == 1);
  BOOST_TEST(Eventually([&] { return host.Function("fresh").name.empty(); }));
  BOOST_TEST(!fs::exists(host.run_dir() + "/fresh.sock"));
  const auto deployed =
      host.Run({"deploy", "fresh", "--binary", OtherBinary(host, "a"), "--manifest", manifest});
  BOOST_REQUIRE_MESSAGE(deployed.exit == 0, deployed.err);
  BOOST_TEST(Eventually([&] { return host.Function("fresh").ready == 1; }));
  // Nobody answers, but the function is known.
  const auto invoked = host.Run({"invoke", "fresh", "GET", "/fresh", "--timeout", "100"});
  BOOST_TEST(!Contains(invoked.err, "there is no function"), invoked.err);
  BOOST_TEST(Contains(host.Run({"invoke", "nobody", "GET", "/"}).err, "no function nobody"));
  Stop(host);
  host.Start();
  BOOST_REQUIRE(Running(host));
  BOOST_TEST(host.Function("fresh").ready == 1);
  Stop(host);
}

BOOST_AUTO_TEST_CASE(b4_a_supervisor_killed_during_a_deploy_leaves_one_whole_revision) {
  TestHost host;
  host.KeepState();
  host.Add("good", 2, "good");
  host.Start();
  BOOST_REQUIRE(Running(host));
  const auto before = host.Function("good").revision;
  auto deploy =
      host.Begin({"deploy", "good", "--binary", Script(host, "hangs", "exec sleep 1000")});
  BOOST_REQUIRE(Eventually([&] { return host.Function("good").starting == 2; }));
  kill(host.pid(), SIGKILL);
  host.Wait();
  BOOST_TEST(host.End(deploy).exit == 1);
  host.Start();
  BOOST_REQUIRE(Running(host));
  BOOST_TEST(host.Function("good").revision == before);
  BOOST_TEST(host.Function("good").ready == 2);
  BOOST_TEST(Eventually([&] { return host.Workers().size() == 2u; }));
  Stop(host);
}

BOOST_AUTO_TEST_CASE(without_a_state_folder_deploys_are_refused_with_the_remedy) {
  TestHost host;
  host.Add("good", 1, "good");
  host.Start();
  BOOST_REQUIRE(Running(host));
  const auto refused = host.Run({"deploy", "good", "--binary", OtherBinary(host, "a")});
  BOOST_TEST(refused.exit == 1);
  BOOST_TEST(Contains(refused.err, "set \"state_dir\""));
  Stop(host);
}

BOOST_AUTO_TEST_CASE(b1_b4_an_ondemand_pool_starts_for_a_connection_and_sleeps_again) {
  TestHost host;
  host.KeepState();
  host.Add("lazy", 2, "good", {.mode = "ondemand", .idle_timeout_s = 1});
  host.Start();
  BOOST_REQUIRE(Running(host));
  BOOST_TEST(host.Workers().empty());
  BOOST_TEST(Contains(host.Get("/readyz"), "200 OK"));
  const auto client = host.Connect("lazy");
  BOOST_TEST(Eventually([&] { return host.Function("lazy").ready == 1; }));
  BOOST_TEST(host.Function("lazy").cold_starts == 1);
  kill(host.pid(), SIGKILL);
  host.Wait();
  for (const pid_t pid : host.Workers()) kill(pid, SIGKILL);
  // Nobody is there but the keeper: the connection waits in the socket's queue.
  const auto waiting = host.Connect("lazy");
  BOOST_REQUIRE(static_cast<bool>(waiting));
  host.Start();
  BOOST_TEST(Eventually([&] { return host.Function("lazy").ready == 1; }));
  Stop(host);
}

BOOST_AUTO_TEST_CASE(b3_a_worker_whose_request_never_ends_is_replaced_after_its_deadline) {
  TestHost host;
  host.Add("stuck", 1, "stuck");
  host.Start();
  BOOST_REQUIRE(Running(host));
  const pid_t first = host.Function("stuck").workers.at(0).pid;
  BOOST_TEST(Eventually([&] {
    auto now = host.Function("stuck");
    return now.recycled["timeout"] >= 1 && !Alive(first);
  }));
  BOOST_TEST(Contains(host.Log(), "a request ran past its deadline"));
  Stop(host);
}

BOOST_AUTO_TEST_CASE(b3_a_stopped_worker_is_found_by_its_silence) {
  TestHost host;
  host.Add("quiet", 1, "silent");
  host.Start();
  BOOST_REQUIRE(Running(host));
  const pid_t first = host.Function("quiet").workers.at(0).pid;
  BOOST_TEST(Eventually([&] { return !Alive(first); }));
  BOOST_TEST(Eventually([&] { return host.Function("quiet").recycled["silent"] >= 1; }));
  Stop(host);
}

BOOST_AUTO_TEST_CASE(b5_a_worker_beyond_its_requests_is_replaced_with_the_next_ready_first) {
  TestHost host;
  host.Add("worn", 1, "busy", {.max_requests = 1});
  host.Start();
  BOOST_REQUIRE(Running(host));
  BOOST_TEST(Eventually([&] { return host.Function("worn").recycled["max_requests"] >= 2; }));
  BOOST_TEST(host.Function("worn").restarts == 0);
  Stop(host);
}

BOOST_AUTO_TEST_CASE(a_foreign_program_counts_as_ready_when_it_lives) {
  TestHost host;
  host.Add("foreign", 1, "");
  fs::remove(host.path() + "/functions/foreign/foreign");
  std::ofstream(host.path() + "/functions/foreign/foreign") << "#!/bin/sh\nexec sleep 1000\n";
  fs::permissions(host.path() + "/functions/foreign/foreign", fs::perms::owner_all);
  host.Start();
  BOOST_REQUIRE(Running(host));
  BOOST_TEST(Eventually([&] { return host.Function("foreign").ready == 1; }));
  Stop(host);
}

BOOST_AUTO_TEST_CASE(b7_a_host_without_descriptors_says_so_and_recovers_by_itself) {
  TestHost host;
  host.Add("good", 2, "good");
  host.Start();
  BOOST_REQUIRE(Running(host));
  rlimit usual{};
  BOOST_REQUIRE(prlimit(host.pid(), RLIMIT_NOFILE, nullptr, &usual) == 0);
  const rlimit low{.rlim_cur = 4, .rlim_max = usual.rlim_max};
  BOOST_REQUIRE(prlimit(host.pid(), RLIMIT_NOFILE, &low, nullptr) == 0);
  for (const pid_t pid : host.Workers()) kill(pid, SIGKILL);
  BOOST_TEST(Eventually([&] { return Contains(host.Log(), "raise the limit of open files"); }));
  BOOST_REQUIRE(prlimit(host.pid(), RLIMIT_NOFILE, &usual, nullptr) == 0);
  BOOST_TEST(Eventually([&] { return host.Function("good").ready == 2; }));
  Stop(host);
}

BOOST_AUTO_TEST_CASE(b2_25_reload_signals_at_once_change_nothing) {
  TestHost host;
  host.Add("good", 2, "good");
  host.Start();
  BOOST_REQUIRE(Running(host));
  const auto before = host.Workers();
  for (int i = 0; i < 25; ++i) kill(host.pid(), SIGHUP);
  BOOST_TEST(host.Function("good").ready == 2);
  BOOST_TEST(host.Workers() == before, boost::test_tools::per_element());
  Stop(host);
}
