// Handlers that take longer than their function's time limit, behind a real NGINX: who answers,
// what and when (BEHAVIOURS C3, and the limits of a worker).

#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>

#include "host/nginx_config/site_test_support.h"
#include "host/testing/forked_worker.h"
#include "sql/testing/cluster.h"

namespace {

using host::testing::Answer;
using host::testing::ForkedWorker;
using host::testing::MakeManifest;
using host::testing::Site;
using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto kTimeout = 1000ms;

constexpr host::Statement kSleep{"slow.sleep", "SELECT pg_sleep(50)"};
constexpr host::Statement kPid{"slow.pid", "SELECT pg_backend_pid() AS pid"};

std::atomic<bool> the_end{false};  // never comes

host::Response Slow(const host::Request& request, host::Context& context) {
  const std::string_view how = request.route("how");
  const auto pid = std::to_string(context.db().One(kPid).Integer("pid"));
  if (how == "sleep") context.db().All(kSleep);
  if (how == "late") std::this_thread::sleep_until(request.deadline() + 100ms);
  while (how == "endless" && !the_end) {
  }
  return host::Response::Text(200, "text/plain", pid);
}

host::Manifest SlowManifest() {
  auto manifest = MakeManifest("slow", {"GET"}, "/slow/{how}");
  manifest.limits.timeout_ms = kTimeout.count();
  return manifest;
}

struct Running {
  Running() : site({SlowManifest()}, ""), listening(host::testing::Listen(site.SocketOf("slow"))) {
    const std::string url_file = cluster.folder() + "/url";
    std::ofstream(url_file) << cluster.url();
    worker.emplace(
        listening,
        std::map<std::string, std::string>{{"DATABASE_URL_FILE", url_file},
                                           {"FNHOST_THREADS", "2"},
                                           {"FNHOST_TIMEOUT_MS", std::to_string(kTimeout.count())}},
        Slow);
  }
  ~Running() { close(listening); }

  sql::testing::Cluster cluster;
  Site site;
  int listening;
  std::optional<ForkedWorker> worker;
};

// The function's own answer: NGINX would have given another, and later.
void CheckTimedOut(const Answer& answer) {
  BOOST_TEST(answer.status == 504);
  BOOST_TEST(answer.Header("content-type") == "application/problem+json");
  BOOST_TEST(answer.Header("retry-after") == "1");
  const auto problem = nlohmann::json::parse(answer.body, nullptr, false);
  BOOST_TEST(problem.value("title", "") == "Gateway Timeout");
  BOOST_TEST(problem.value("detail", "") == "The service did not finish in time; try again.");
  BOOST_TEST(problem.value("request_id", "") == answer.Header("x-request-id"));
}

}  // namespace

BOOST_FIXTURE_TEST_CASE(c3_a_request_that_waits_too_long_for_the_database_is_504, Running) {
  for (int i = 0; i < 3; ++i) CheckTimedOut(site.Get("/slow/sleep"));
  BOOST_TEST(site.Get("/slow/not").status == 200);
}

BOOST_FIXTURE_TEST_CASE(c3_a_database_that_stands_still_is_504_and_then_all_is_well, Running) {
  const auto pid = static_cast<pid_t>(std::stoi(site.Get("/slow/not").body));
  kill(pid, SIGSTOP);
  CheckTimedOut(site.Get("/slow/not"));
  BOOST_TEST(site.Get("/slow/not").status == 200);  // on another connection
  kill(pid, SIGCONT);
}

BOOST_FIXTURE_TEST_CASE(a_handler_that_answers_after_its_deadline_is_believed, Running) {
  BOOST_TEST(site.Get("/slow/not").status == 200);
  BOOST_TEST(site.Get("/slow/late").status == 200);
}

BOOST_FIXTURE_TEST_CASE(nginx_answers_for_a_handler_that_never_returns, Running) {
  const auto start = steady_clock::now();
  const Answer endless = site.Get("/slow/endless");
  BOOST_TEST(endless.status == 504);
  BOOST_TEST(endless.Header("content-type") == "application/problem+json");
  BOOST_TEST((steady_clock::now() - start >= kTimeout));
  BOOST_TEST((steady_clock::now() - start < 4 * kTimeout));
  BOOST_TEST(site.Get("/slow/not").status == 200);  // the other thread serves on
}
