#include "host/control/control.h"

#include <boost/test/unit_test.hpp>

namespace {

host::HostStatus Running() {
  host::HostStatus status;
  status.version = "1.0";
  status.state = "running";
  host::FunctionStatus function;
  function.name = "login";
  function.wanted = 2;
  function.ready = 1;
  function.restarts = 4;
  status.functions = {function};
  return status;
}

host::HostView View(const host::HostStatus& status,
                    const std::optional<host::DatabaseState>& database = std::nullopt) {
  return {.status = [status] { return status; },
          .counters =
              [] {
                host::CountersByFunction counters;
                counters["login"]["abc"].durations["GET"].buckets[1] = 7;
                counters["login"]["abc"].durations["PUT"].buckets[1] = 2;
                return counters;
              },
          .database = [database] { return database; }};
}

host::HttpAnswer Ok(std::string_view path) { return {200, "text/plain", std::string(path)}; }

bool Starts(const std::string& text, const std::string& start) { return text.starts_with(start); }

}  // namespace

BOOST_AUTO_TEST_CASE(readyz_says_200_with_a_ready_worker_per_function_and_the_database) {
  const host::DatabaseState good{.ok = true, .found = "12", .detail = ""};
  const auto answer = host::AnswerPage("/readyz", View(Running(), good));
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.body ==
             "{\"ready\":true,\"state\":\"running\",\"functions\":{\"login\":{\"ready\":1,"
             "\"wanted\":2}},\"database\":{\"ok\":true,\"schema_version\":\"12\"}}\n");
  BOOST_TEST(host::AnswerPage("/readyz", View(Running())).status == 200);
}

BOOST_AUTO_TEST_CASE(readyz_says_503_for_a_bad_database_and_while_starting_or_stopping) {
  const host::DatabaseState bad{.ok = false, .found = "11", .detail = "expected 12"};
  BOOST_TEST(host::AnswerPage("/readyz", View(Running(), bad)).status == 503);
  BOOST_TEST(host::AnswerPage("/livez", View(Running(), bad)).status == 200);
  for (const char* state : {"starting", "stopping"}) {
    auto status = Running();
    status.state = state;
    BOOST_TEST(host::AnswerPage("/readyz", View(status)).status == 503);
  }
  auto none = Running();
  none.functions[0].ready = 0;
  BOOST_TEST(host::AnswerPage("/readyz", View(none)).status == 503);
}

BOOST_AUTO_TEST_CASE(metrics_are_prometheus_text) {
  const auto answer = host::AnswerPage("/metrics", View(Running()));
  BOOST_TEST(answer.type == "text/plain; version=0.0.4; charset=utf-8");
  for (const char* line : {"fnhost_worker_restarts_total{function=\"login\"} 4\n",
                           "# TYPE fnhost_worker_restarts_total counter\n",
                           "fnhost_workers{function=\"login\",state=\"ready\"} 1\n"}) {
    BOOST_TEST(answer.body.find(line) != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(http_answers_get_and_head_and_refuses_the_rest) {
  const auto get = host::AnswerHttp("GET /a/?b=1 HTTP/1.1\r\n\r\n", &Ok);
  BOOST_TEST(Starts(get, "HTTP/1.1 200 OK\r\n"));
  BOOST_TEST(get.ends_with("\r\n\r\n/a"));
  BOOST_TEST(host::AnswerHttp("HEAD /a HTTP/1.0\r\n\r\n", &Ok).ends_with("\r\n\r\n"));
  const auto post = host::AnswerHttp("POST /a HTTP/1.1\r\n\r\n", &Ok);
  BOOST_TEST(Starts(post, "HTTP/1.1 405 "));
  BOOST_TEST(post.find("Allow: GET, HEAD\r\n") != std::string::npos);
  for (const char* bad : {"\r\n\r\n", "GET\r\n\r\n", "GET / \r\n\r\n", "GET a HTTP/1.1\r\n\r\n",
                          "GET  HTTP/1.1\r\n\r\n", "\x16\x03\x01 x\r\n\r\n"}) {
    BOOST_TEST(Starts(host::AnswerHttp(bad, &Ok), "HTTP/1.1 400 "));
  }
  BOOST_TEST(Starts(host::AnswerHttp(std::nullopt, &Ok), "HTTP/1.1 431 "));
}

BOOST_AUTO_TEST_CASE(an_unknown_command_is_named) {
  BOOST_TEST(
      host::AnswerCommand("{\"command\":\"fly\"}\n", View(Running())) ==
      "{\"ok\":false,\"error\":\"unknown command \\\"fly\\\"; known: durations, status\"}\n");
  for (const char* bad : {"\n", "[]\n", "{\"command\":1}\n", "\xff\n"}) {
    BOOST_TEST(
        Starts(host::AnswerCommand(bad, View(Running())), "{\"ok\":false,\"error\":\"not a req"));
  }
  BOOST_TEST(Starts(host::AnswerCommand("{\"command\":\"status\"}\n", View(Running())),
                    "{\"ok\":true,\"status\":{"));
}

BOOST_AUTO_TEST_CASE(durations_are_told_over_all_methods_and_revisions) {
  const auto answer = host::AnswerCommand("{\"command\":\"durations\"}\n", View(Running()));
  BOOST_TEST(Starts(answer, "{\"ok\":true,\"bounds_s\":[0.0001,0.00025,"));
  BOOST_TEST(answer.find("\"durations\":{\"login\":{\"buckets\":[0,9,0,") != std::string::npos);
}
