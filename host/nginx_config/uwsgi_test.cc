// A worker of the SDK with "protocol": "uwsgi" behind a real NGINX: what clients see is what they
// see with FastCGI (BEHAVIOURS A1, A2, A6).

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "host/function/function.h"
#include "host/nginx_config/site_test_support.h"
#include "host/testing/forked_worker.h"

namespace {

using host::testing::Answer;
using host::testing::ForkedWorker;
using host::testing::MakeManifest;
using host::testing::Site;

host::Response Handle(const host::Request& request, host::Context&) {
  if (request.route("id") == "0") {
    return host::Response::From({404, "There is no such note.", {}, {}});
  }
  return host::Response::Text(200, "text/plain",
                              request.method() + " " + request.path() + " " + request.body());
}

// As the supervisor starts it.
ForkedWorker Start(const std::string& socket, const char* protocol) {
  const int fd = host::testing::Listen(socket);
  ForkedWorker worker(
      fd, {{"FNHOST_PROTOCOL", protocol}, {"FNHOST_BODY_BYTES", "200000"}, {"FNHOST_THREADS", "2"}},
      Handle);
  close(fd);
  return worker;
}

std::vector<host::Manifest> Manifests() {
  auto notes = MakeManifest("notes", {"GET", "POST"}, "/notes/{id:int}");
  notes.protocol = host::Protocol::kUwsgi;
  notes.limits.body_bytes = 200'000;
  return {notes};
}

struct Running {
  Site site{Manifests(), "/nowhere"};
  ForkedWorker worker = Start(site.SocketOf("notes"), "uwsgi");
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(a1_get_and_head_are_answered, Running) {
  const Answer got = site.Send("/notes/7", {.headers = {"X-Request-ID: mine"}});
  BOOST_TEST(got.status == 200);
  BOOST_TEST(got.body == "GET /notes/7 ");
  BOOST_TEST(got.Header("content-type") == "text/plain");
  BOOST_TEST(got.Header("x-request-id") == "mine");
  const Answer head = site.Send("/notes/7", {.method = "HEAD"});
  BOOST_TEST(head.status == 200);
  BOOST_TEST(head.body == "");
  BOOST_TEST(head.Header("content-length") == "14");
}

BOOST_FIXTURE_TEST_CASE(a2_a_body_of_100_kb_comes_whole, Running) {
  const std::string body(100'000, 'b');
  const Answer got = site.Send("/notes/7", {.method = "POST", .body = body});
  BOOST_TEST(got.status == 200);
  BOOST_TEST((got.body == "POST /notes/7 " + body));
  const Answer chunked = site.Send(
      "/notes/7", {.method = "POST", .headers = {"Transfer-Encoding: chunked"}, .body = body});
  BOOST_TEST((chunked.body == "POST /notes/7 " + body));
}

BOOST_FIXTURE_TEST_CASE(a_problem_keeps_its_status_and_body, Running) {
  const Answer got = site.Get("/notes/0");
  BOOST_TEST(got.status == 404);
  BOOST_TEST(got.Header("content-type") == "application/problem+json");
  const auto problem = nlohmann::json::parse(got.body);
  BOOST_TEST(problem.value("detail", "") == "There is no such note.");
  BOOST_TEST(problem.value("request_id", "") == got.Header("x-request-id"));
}

BOOST_FIXTURE_TEST_CASE(a3_repeated_and_too_many_headers_are_the_clients_fault, Running) {
  const Answer twice = site.Send("/notes/7", {.headers = {"Origin: a", "Origin: b"}});
  BOOST_TEST(twice.status == 400);
  std::vector<std::string> many;
  for (int i = 0; i < 300; ++i) many.push_back("X-" + std::to_string(i) + ": v");
  BOOST_TEST(site.Send("/notes/7", {.headers = many}).status == 431);
}

BOOST_FIXTURE_TEST_CASE(a_client_that_keeps_its_connection_gets_answer_after_answer, Running) {
  const std::string answers = site.Raw(
      "GET /notes/1 HTTP/1.1\r\nHost: x\r\n\r\n"
      "HEAD /notes/2 HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /notes/3 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
      "GET /notes/4 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      false);
  for (const char* part : {"GET /notes/1 ", "POST /notes/3 body", "GET /notes/4 "}) {
    BOOST_TEST(answers.find(part) != std::string::npos, part);
  }
  BOOST_TEST(answers.find("HEAD /notes/2") == std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(sigterm_ends_the_worker_in_order, Running) {
  BOOST_TEST(site.Get("/notes/7").status == 200);
  worker.Signal(SIGTERM);
  BOOST_TEST(worker.ExitCode() == 0);
}

BOOST_AUTO_TEST_CASE(an_unknown_protocol_ends_the_worker_at_once) {
  char folder[] = "/tmp/fnhost-uwsgi-XXXXXX";
  const std::filesystem::path path = mkdtemp(folder);
  BOOST_TEST(Start(path / "s", "scgi").ExitCode() == 1);
  std::filesystem::remove_all(path);
}
