// `fnhost doctor` at hosts that are broken in one way each.

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/cli/fnhost_test_support.h"
#include "host/supervisor/fd.h"

namespace fs = std::filesystem;
using host::testing::Ended;
using host::testing::Eventually;
using host::testing::Fnhost;
using host::testing::TestHost;

namespace {

Ended Doctor(const TestHost& host) {
  return Fnhost("doctor --config " + host.path() + "/fnhost.json");
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// Fails with the whole report when it lacks a line.
void Expect(const Ended& report, const std::string& line) {
  BOOST_TEST(Contains(report.text, line), "no \"" << line << "\" in\n" << report.text);
}

// A host whose only function serves.
struct Healthy : TestHost {
  explicit Healthy(const std::string& behaviour = "good") {
    Add("good", 1, behaviour);
    Set("state_dir", "\"" + path() + "/state\"");
    Set("log_file", "\"" + path() + "/log\"");
  }
  void Run() {
    Start();
    BOOST_REQUIRE_MESSAGE(Eventually([&] { return Status().state == "running"; }), Log());
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_healthy_host_passes_with_exit_0) {
  Healthy host;
  host.Run();
  const Ended report = Doctor(host);
  BOOST_TEST(report.exit == 0, report.text);
  Expect(report, "ok    host: fnhost ");
  Expect(report, "ok    functions run: 1 of 1");
  Expect(report, "ok    sockets: 1 of 1");
  Expect(report, "ok    state_dir: ");
  Expect(report, "ok    log_file: ");
  Expect(report, " 0 failed");
  const auto json =
      nlohmann::json::parse(Fnhost("doctor --json --config " + host.path() + "/fnhost.json").text);
  BOOST_TEST(json["ok"] == true);
}

BOOST_AUTO_TEST_CASE(a_host_that_does_not_run_or_hangs_is_told_apart) {
  Healthy host;
  Ended report = Doctor(host);
  BOOST_TEST(report.exit == 1);
  Expect(report, "FAIL  run_dir: ");
  Expect(report, "FAIL  host: no fnhost runs with " + host.run_dir());
  host.Run();
  kill(host.pid(), SIGSTOP);
  report = Doctor(host);
  BOOST_TEST(report.exit == 1);
  Expect(report, fmt::format("FAIL  host: process {} has {} and does not answer", host.pid(),
                             host.run_dir()));
  kill(host.pid(), SIGKILL);
  host.Wait();
  report = Doctor(host);
  Expect(report, "FAIL  host: no fnhost runs");
  Expect(report, "WARN  workers: 1 of a host that died serve on");
}

BOOST_AUTO_TEST_CASE(a_configuration_with_faults_is_the_only_thing_told) {
  Healthy host;
  host.Write("fnhost.json", R"({"functions": "x", "run_dirs": "/y"})");
  const Ended report = Doctor(host);
  BOOST_TEST(report.exit == 1);
  Expect(report, "functions: must be an absolute path, not x. Fix: mend the file");
  Expect(report, "3 checks, 3 failed");
}

BOOST_AUTO_TEST_CASE(a_crash_loop_shows_with_the_last_exit) {
  Healthy host("crash");
  host.Start();
  BOOST_REQUIRE(Eventually([&] { return host.Function("good").failures >= 2; }));
  const Ended report = Doctor(host);
  BOOST_TEST(report.exit == 1);
  Expect(report, "FAIL  function good: crashes: ");
  Expect(report, "last exit 3. Fix: see: fnhost logs good --level warning");
}

BOOST_AUTO_TEST_CASE(sockets_that_are_gone_open_or_stale_are_named) {
  Healthy host;
  host.Add("other", 1, "good");
  host.Run();
  fs::remove(host.run_dir() + "/good.sock");
  chmod((host.run_dir() + "/other.sock").c_str(), 0666);
  chmod((host.run_dir() + "/fnhost.sock").c_str(), 0660);
  const std::string stale = host.run_dir() + "/gone.sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, stale.data(), stale.size());
  {
    const host::Fd fd(socket(AF_UNIX, SOCK_STREAM, 0));
    BOOST_REQUIRE(bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  }
  const Ended report = Doctor(host);
  BOOST_TEST(report.exit == 1);
  Expect(report, "FAIL  socket good: " + host.run_dir() + "/good.sock: No such file");
  Expect(report, "FAIL  socket other: " + host.run_dir() + "/other.sock: everybody may connect");
  Expect(report, "FAIL  control socket: ");
  Expect(report, "WARN  stale socket: " + stale + ": nobody listens. Fix: rm " + stale);
  Expect(report, "ok    sockets: 0 of 2");
}

BOOST_AUTO_TEST_CASE(a_run_dir_that_others_may_write_fails) {
  Healthy host;
  host.Run();
  chmod(host.run_dir().c_str(), 0777);
  Expect(Doctor(host), "FAIL  run_dir: " + host.run_dir() + ": others may put sockets there");
}

BOOST_AUTO_TEST_CASE(a_missing_binary_and_a_broken_manifest_are_named) {
  Healthy host;
  host.Add("broken", 1, "good");
  host.Add("empty", 1, "good");
  host.Write("functions/broken/function.json", "{");
  fs::remove(host.path() + "/functions/empty/empty");
  const Ended report = Doctor(host);
  BOOST_TEST(report.exit == 1);
  Expect(report, "empty/empty: No such file or directory");
  Expect(report, "FAIL  functions: " + host.path() + "/functions/broken/function.json");
}

BOOST_AUTO_TEST_CASE(secrets_that_are_missing_or_open_to_all_fail_and_are_not_shown) {
  Healthy host;
  host.Set("environment", fmt::format(R"({{"A_FILE": "{0}/a", "B_FILE": "{0}/b", "C_FILE": "{0}/c",
                                           "PUBLIC_KEYS_FILE": "{0}/keys"}})",
                                      host.path()));
  for (const char* name : {"a", "b"}) host.Write(name, "secret-word");
  chmod((host.path() + "/a").c_str(), 0644);
  chmod((host.path() + "/b").c_str(), 0600);
  fs::create_directory(host.path() + "/keys");
  host.Write("keys/1.pem", "public");  // others may read that
  const Ended report = Doctor(host);
  BOOST_TEST(report.exit == 1);
  Expect(report, "FAIL  A_FILE: " + host.path() + "/a: everybody may read it. Fix: chmod 600 ");
  Expect(report, "FAIL  C_FILE: " + host.path() + "/c: No such file");
  Expect(report, "ok    keys and secrets: 2 of 4");
  BOOST_TEST(!Contains(report.text, "secret-word"));
}

BOOST_AUTO_TEST_CASE(a_database_that_is_away_is_told_without_its_password) {
  Healthy host;
  host.Write("dsn", "host=/nowhere dbname=x user=someone password=secret-word");
  chmod((host.path() + "/dsn").c_str(), 0600);
  host.Set("ready", fmt::format(R"({{"database_url_file": "{}/dsn", "query": "SELECT 1",
                                     "expect": "1"}})",
                                host.path()));
  const Ended report = Doctor(host);
  BOOST_TEST(report.exit == 1);
  Expect(report, "FAIL  database: ");
  BOOST_TEST(!Contains(report.text, "secret-word"), report.text);
}

BOOST_AUTO_TEST_CASE(a_damaged_state_is_told_and_left_alone) {
  Healthy host;
  host.Run();
  host.Write("state/functions.json", "{");
  Expect(Doctor(host), "FAIL  state_dir: " + host.path() + "/state/functions.json");
  BOOST_TEST(fs::file_size(host.path() + "/state/functions.json") == 1u);
  host.Write("state/functions.json",
             R"({"functions": {"good": {"current": "0123456789ab", "previous": "",
                 "installed": "", "min": null, "max": null}}})");
  const Ended report = Doctor(host);
  Expect(report, "/state/revisions/good/0123456789ab/good: No such file");
  BOOST_TEST(report.exit == 1);
}

BOOST_AUTO_TEST_CASE(a_log_that_the_host_does_not_write_is_told) {
  Healthy host;
  host.Write("elsewhere", "");
  host.Set("log_file", "\"" + host.path() + "/elsewhere\"");
  host.Run();
  Expect(Doctor(host), "WARN  log_file: the host's stderr goes elsewhere");
}

BOOST_AUTO_TEST_CASE(an_nginx_that_does_not_run_or_has_another_configuration_fails) {
  Healthy host;
  fs::create_directory(host.path() + "/nginx");
  host.Set("nginx", fmt::format(R"({{"public_port": {}, "internal_port": {}, "prefix": "{}/nginx",
                                     "static_dir": "{}/none"}})",
                                host.port() + 1, host.port() + 2, host.path(), host.path()));
  host.Write("nginx/nginx.conf", "events {}");
  const Ended report = Doctor(host);
  BOOST_TEST(report.exit == 1);
  Expect(report, "FAIL  NGINX: does not run with " + host.path() + "/nginx");
  Expect(report, "FAIL  nginx.conf: " + host.path() + "/nginx/nginx.conf is not what");
  Expect(report, "FAIL  static files: " + host.path() + "/none");
}
