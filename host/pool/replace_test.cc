// Replacement of workers (BEHAVIOURS B3, B5), as the pool plans it.

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <vector>

#include "host/pool/bench_test_support.h"

using namespace std::chrono_literals;
using host::testing::Bench;
using Ids = std::vector<host::WorkerId>;

BOOST_AUTO_TEST_CASE(b5_a_worker_beyond_its_requests_leaves_when_its_replacement_is_ready) {
  Bench bench({.max = 2, .max_requests = 100});
  bench.Ready({1, 2});
  bench.See(0, {.requests = 99});
  BOOST_TEST(bench.started.empty());
  bench.See(0, {.requests = 100});
  BOOST_TEST(bench.started == (Ids{3}), boost::test_tools::per_element());
  BOOST_TEST(bench.signals.empty());
  bench.Do(host::WorkerReady{3});
  BOOST_TEST(bench.Signalled(SIGTERM) == (Ids{1}), boost::test_tools::per_element());
  BOOST_TEST(bench.signals[0].why == "max_requests");
  // One at a time: the second one's replacement is started now.
  BOOST_TEST(bench.started == (Ids{4}), boost::test_tools::per_element());
  bench.Do(host::WorkerReady{4});
  BOOST_TEST(bench.Signalled(SIGTERM) == (Ids{2}), boost::test_tools::per_element());
  BOOST_TEST(bench.started.empty());
  BOOST_TEST(bench.pool.counts().recycled.at("max_requests") == 2);
}

BOOST_AUTO_TEST_CASE(b5_limits_are_spread_by_chance) {
  Bench bench({.max = 1, .max_requests = 100}, 0.5);
  bench.Ready({1});
  bench.See(0, {.requests = 94});
  BOOST_TEST(bench.started.empty());
  bench.See(0, {.requests = 95});
  BOOST_TEST(bench.started.size() == 1u);
}

BOOST_AUTO_TEST_CASE(b5_memory_and_age_replace_a_worker_too) {
  Bench memory({.max = 1, .memory_kb = 1000});
  memory.Ready({1});
  memory.See(0, {.memory_kb = 1000});
  BOOST_TEST(memory.started.empty());
  memory.See(0, {.memory_kb = 1001});
  BOOST_TEST(memory.started.size() == 1u);
  Bench age({.max = 1, .max_age = 60s});
  age.Ready({1});
  age.now += 59s;
  age.See(0);
  BOOST_TEST(age.started.empty());
  age.now += 1s;
  age.See(0);
  BOOST_TEST(age.started.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_replacement_that_cannot_start_keeps_the_old_worker) {
  Bench bench({.max = 1, .max_requests = 10});
  bench.Ready({1});
  bench.See(0, {.requests = 10});
  for (int i = 0; i < 5; ++i) {
    BOOST_REQUIRE(bench.started.size() == 1u);
    bench.Do(host::WorkerGone{bench.started[0]});
    bench.Wait(bench.UntilNext());
  }
  BOOST_TEST((bench.pool.Find(1)->state == host::WorkerState::kReady));
}

BOOST_AUTO_TEST_CASE(b3_a_worker_whose_request_runs_past_its_deadline_leaves_and_is_killed_soon) {
  Bench bench({.max = 2, .timeout = 5s, .grace = 60s});
  bench.Ready({1, 2});
  const auto begun = bench.now;
  bench.now += 5900ms;
  host::LoadSeen seen{.workers = {{.id = 1, .busy = 1, .requests = 1, .oldest_busy = begun}}};
  bench.Do(seen);
  BOOST_TEST(bench.signals.empty());
  bench.now += 100ms;
  bench.Do(seen);
  BOOST_TEST(bench.Signalled(SIGTERM) == (Ids{1}), boost::test_tools::per_element());
  BOOST_TEST(bench.started == (Ids{3}), boost::test_tools::per_element());
  bench.Wait(5500ms);
  BOOST_TEST(bench.Signalled(SIGKILL) == (Ids{1}), boost::test_tools::per_element());
  BOOST_TEST(bench.pool.counts().recycled.at("timeout") == 1);
}

BOOST_AUTO_TEST_CASE(b3_a_worker_without_a_sign_of_life_is_replaced) {
  Bench bench({.max = 1});
  bench.Ready({1});
  bench.See(0, {.silent = true});
  BOOST_TEST(bench.Signalled(SIGTERM) == (Ids{1}), boost::test_tools::per_element());
  BOOST_TEST(bench.started.size() == 1u);
  bench.Wait(500ms);
  BOOST_TEST(bench.Signalled(SIGKILL) == (Ids{1}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_replaced_and_dies_meanwhile_is_not_waited_for) {
  Bench bench({.max = 1, .max_requests = 10});
  bench.Ready({1});
  bench.See(0, {.requests = 10});
  bench.now += 5s;
  bench.Do(host::WorkerGone{1});
  bench.Do(host::WorkerReady{2});
  BOOST_TEST(bench.signals.empty());
  BOOST_TEST(bench.pool.workers().size() == 1u);
}
