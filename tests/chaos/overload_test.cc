// Six times as many requests as a pool can serve.

#include <fmt/format.h>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/chaos/stage.h"
#include "tests/chaos/trial.h"
#include "tests/instance/host.h"

BOOST_AUTO_TEST_SUITE(overload)

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int kWorkers = 2;
constexpr int kThreads = 4;  // of each; a request takes 20 ms of one

chaos::Call Work(const std::string& protocol) {
  const auto name = "work_" + protocol;
  const auto path = "/chaos/" + name;
  chaos::DeployFunction(name, chaos::TrialBinary("work"), [&](nlohmann::ordered_json& manifest) {
    manifest["routes"][0]["path"] = path;
    manifest["protocol"] = protocol;
    manifest["pool"] = {{"mode", "static"},    {"min", kWorkers},      {"max", kWorkers},
                        {"threads", kThreads}, {"idle_timeout_s", 60}, {"max_requests", 0}};
    manifest["limits"]["timeout_ms"] = 1000;
  });
  return {.name = "GET over " + protocol, .path = path};
}

// Answers a second when all threads always have a request, and nobody waits.
double Capacity(chaos::Call call) {
  chaos::Ledger ledger("capacity");
  call.connections = kWorkers * kThreads;
  const auto begin = Clock::now();
  chaos::Load load(chaos::Port(), {call}, ledger);
  std::this_thread::sleep_for(1s);
  const auto good = load.Stop()[0].Count(200);
  return static_cast<double>(good) / std::chrono::duration<double>(Clock::now() - begin).count();
}

// Asks for the health of the host, from outside and from the supervisor, while others ask for work.
void WatchHealth(Clock::time_point end) {
  int asked = 0;
  for (; Clock::now() < end; ++asked) {
    for (const char* path : {"/livez", "/readyz"}) {
      const auto answer = e2e::Get(e2e::Internal(path));
      BOOST_TEST(answer.status == 200, path << " " << answer.status << " " << answer.body);
      BOOST_TEST(answer.seconds < 1.0);
    }
    BOOST_TEST(e2e::HostStatus().is_object());
    std::this_thread::sleep_for(100ms);
  }
  BOOST_TEST(asked > 5);
}

void SixTimesTheCapacity(const std::string& protocol) {
  auto call = Work(protocol);
  BOOST_REQUIRE(e2e::Settled());
  const double capacity = Capacity(call);
  BOOST_TEST(capacity > 50);
  call.per_second = 6 * capacity;
  call.connections = 1000;
  call.good = {200, 503};

  const auto time = chaos::Time(3s);
  chaos::Ledger ledger(e2e::Unique("overload"));
  const auto begin = Clock::now();
  chaos::Load load(chaos::Port(), {call}, ledger);
  WatchHealth(begin + time);
  chaos::Outcome outcome{.calls = load.Stop()};
  outcome.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  const auto& result = outcome.calls[0];
  chaos::Record(outcome);
  for (const auto& line : result.failures) BOOST_ERROR(line);

  const double good = static_cast<double>(result.Count(200)) / outcome.seconds;
  chaos::Note(fmt::format(
      "{}: {:.0f} requests/s, {:.0f}/s possible, {:.0f}/s answered well ({:.0f} %); {} refused, "
      "half of them in {:.1f} ms, 90 % in {:.1f} ms; {} run too late",
      protocol, call.per_second, capacity, good, 100 * good / capacity, result.Count(503),
      1000 * result.Seconds(503, 0.5), 1000 * result.Seconds(503, 0.9), result.Count(418)));
  BOOST_TEST(good >= 0.9 * capacity);
  BOOST_TEST(result.Count(503) > 0);
  BOOST_TEST(result.bare_refusals == 0);
  BOOST_TEST(result.Seconds(503, 0.5) < 0.010);
  BOOST_TEST(result.Count(418) == 0);  // begun after the deadline
  BOOST_TEST(result.failed == 0);
}

BOOST_AUTO_TEST_CASE(a8_six_times_the_capacity_over_fastcgi_is_served_or_refused_at_once) {
  SixTimesTheCapacity("fastcgi");
}

BOOST_AUTO_TEST_CASE(a8_six_times_the_capacity_over_uwsgi_is_served_or_refused_at_once) {
  SixTimesTheCapacity("uwsgi");
}

BOOST_AUTO_TEST_SUITE_END()
