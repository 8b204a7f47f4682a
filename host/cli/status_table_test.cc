#include "host/cli/status_table.h"

#include <boost/test/unit_test.hpp>

namespace {

host::FunctionStatus Login() {
  host::FunctionStatus login;
  login.name = "login";
  login.mode = "dynamic";
  login.revision = "0123456789ab";
  login.min = 1;
  login.max = 4;
  login.wanted = login.ready = 2;
  login.busy = 3;
  login.threads = 16;
  login.requests = 12'345;
  login.workers = {{.pid = 11,
                    .state = "ready",
                    .uptime_s = 5,
                    .revision = "0123456789ab",
                    .busy = 3,
                    .threads = 8,
                    .requests = 12'000,
                    .memory_kb = 2048},
                   {.pid = 12,
                    .state = "ready",
                    .uptime_s = 60,
                    .revision = "0123456789ab",
                    .threads = 8,
                    .requests = 345,
                    .memory_kb = 2048}};
  return login;
}

host::FunctionStatus Crashing() {
  host::FunctionStatus bad;
  bad.name = "x";
  bad.mode = "static";
  bad.min = bad.max = bad.wanted = 1;
  bad.restarts = 3;
  bad.failures = 3;
  bad.next_start_s = 0.4;
  bad.last_exit = "exit 3";
  return bad;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_table_shows_what_runs_and_what_does_not) {
  host::HostStatus status{.version = "1.0", .state = "running", .pid = 7, .uptime_s = 60};
  status.functions = {Login(), Crashing()};
  status.functions[1].note = "deploy of abc failed: not ready in time";
  BOOST_TEST(
      host::StatusTable(status, 0) ==
      "fnhost 1.0 running, process 7, up 1 m 0 s\n"
      "FUNCTION  MODE     STATE              READY      BUSY  WAIT  REQUESTS  ERRORS  MEMORY  "
      "REVISION      RESTARTS  LAST EXIT\n"
      "login     dynamic  ready              2/2 (1-4)  3/16     0     12.3k       0  4.0 MB  "
      "0123456789ab         0  -\n"
      "x         static   backing off 0.4 s  0/1           -     0         0       0       0  "
      "-                    3  exit 3, 0 s ago\n"
      "x: deploy of abc failed: not ready in time\n");
}

BOOST_AUTO_TEST_CASE(no_line_is_wider_than_the_terminal) {
  host::HostStatus status{.version = "1.0", .state = "running", .functions = {Login()}};
  status.functions[0].note = std::string(200, 'n');
  const std::string text = host::StatusTable(status, 40);
  for (size_t from = 0; from < text.size();) {
    const size_t end = text.find('\n', from);
    BOOST_TEST(end - from <= 40u);
    from = end + 1;
  }
}

BOOST_AUTO_TEST_CASE(each_state_has_its_words) {
  auto function = Login();
  BOOST_TEST(host::StateOf(function) == "ready");
  function.draining = 1;
  BOOST_TEST(host::StateOf(function) == "draining");
  function.deploying = "abc";
  BOOST_TEST(host::StateOf(function) == "deploying abc");
  function = Login();
  function.ready = 1;
  BOOST_TEST(host::StateOf(function) == "starting");
  function.ready = function.wanted = 0;
  BOOST_TEST(host::StateOf(function) == "idle");
  function.fault = "no binary";
  BOOST_TEST(host::StateOf(function) == "broken");
}

BOOST_AUTO_TEST_CASE(one_function_shows_its_workers) {
  auto login = Login();
  login.previous = "ba9876543210";
  BOOST_TEST(host::FunctionTable(login, 0) ==
             "login: dynamic, ready, 2/2 (1-4) workers ready, revision 0123456789ab, the one "
             "before ba9876543210\n"
             "12345 requests, 0 errors, 0 timeouts, 0 shed, 0 slow; 0 waiting, 0 connections\n"
             "0 restarts, 0 cold starts, 0 deploys; last exit: -\n"
             "PID  STATE  REVISION      BUSY  REQUESTS  MEMORY  UP\n"
             " 11  ready  0123456789ab   3/8     12.0k  2.0 MB  5 s\n"
             " 12  ready  0123456789ab   0/8       345  2.0 MB  1 m 0 s\n");
}
