// Scaling (BEHAVIOURS B1), as the pool plans it.

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <vector>

#include "host/pool/bench_test_support.h"

using namespace std::chrono_literals;
using host::PoolMode;
using host::testing::Bench;

namespace {

constexpr host::PoolRules kDynamic{
    .mode = PoolMode::kDynamic, .min = 1, .max = 4, .threads = 4, .idle_timeout = 10s};
constexpr host::PoolRules kOndemand{
    .mode = PoolMode::kOndemand, .min = 0, .max = 4, .threads = 4, .idle_timeout = 10s};

// Looks until nothing changes any more; new workers are ready at once.
void Settle(Bench& bench, int busy_each, host::WorkerLoad load = {}) {
  for (int look = 0; look < 20; ++look) {
    bench.now += 100ms;
    bench.See(busy_each, load);
    const auto started = bench.started;
    bench.Ready(started);
  }
}

void Go(Bench& bench) {
  while (!bench.pool.workers().empty()) {
    const auto left = bench.pool.workers().size();
    for (const host::Worker& worker : bench.pool.workers()) {
      if (worker.state != host::WorkerState::kDraining) continue;
      bench.Do(host::WorkerGone{worker.id});
      break;
    }
    if (bench.pool.workers().size() == left) return;
  }
}

}  // namespace

BOOST_AUTO_TEST_CASE(b1_a_static_pool_has_all_its_workers_whatever_the_load) {
  Bench bench({.min = 1, .max = 3});
  bench.Ready({1, 2, 3});
  Settle(bench, 0);
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 3);
}

BOOST_AUTO_TEST_CASE(b1_a_dynamic_pool_grows_with_busy_threads_up_to_its_maximum) {
  Bench bench(kDynamic);
  BOOST_TEST(bench.started.size() == 1u);
  bench.Ready({1});
  Settle(bench, 1);
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 1);
  Settle(bench, 4);
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 4);
  BOOST_TEST(bench.pool.counts().scale_ups == 3);
}

BOOST_AUTO_TEST_CASE(b1_waiting_requests_start_a_worker_at_the_next_look) {
  Bench bench(kDynamic);
  bench.Ready({1});
  bench.See(0, {.waiting = 1});
  BOOST_TEST(bench.started.size() == 1u);
  bench.See(0, {.waiting = 1});  // it is on its way
  BOOST_TEST(bench.started.empty());
}

BOOST_AUTO_TEST_CASE(b1_a_moment_of_busy_threads_starts_nothing) {
  Bench bench(kDynamic);
  bench.Ready({1});
  bench.See(0);
  bench.See(4);
  BOOST_TEST(bench.started.empty());
  bench.See(0);
  BOOST_TEST(bench.started.empty());
}

BOOST_AUTO_TEST_CASE(b1_a_pool_shrinks_only_after_the_idle_timeout_and_not_below_its_minimum) {
  Bench bench(kDynamic);
  bench.Ready({1});
  Settle(bench, 4);
  BOOST_REQUIRE(bench.pool.Count(host::WorkerState::kReady) == 4);
  bench.now += 9s;
  bench.See(0);
  bench.Do(host::Tick{});
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 4);
  bench.now += 10s;
  bench.See(0);
  BOOST_TEST(bench.Signalled(SIGTERM).size() == 3u);
  Go(bench);
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 1);
  BOOST_TEST(bench.pool.counts().scale_downs == 3);
}

BOOST_AUTO_TEST_CASE(b1_an_ondemand_pool_has_no_worker_until_somebody_waits_and_none_afterwards) {
  Bench bench(kOndemand);
  BOOST_TEST(bench.pool.workers().empty());
  BOOST_TEST(bench.pool.asleep());
  bench.Do(host::RequestWaits{});
  BOOST_REQUIRE(bench.started.size() == 1u);
  BOOST_TEST(!bench.pool.asleep());
  bench.Do(host::RequestWaits{});  // told twice
  BOOST_TEST(bench.started.empty());
  bench.Do(host::WorkerReady{1});
  Settle(bench, 1);
  bench.now += 10s;
  bench.See(0);
  BOOST_TEST(bench.Signalled(SIGTERM).size() == 1u);
  BOOST_TEST(bench.pool.asleep());
  bench.Do(host::RequestWaits{});  // while the old one leaves
  BOOST_TEST(bench.started.size() == 1u);
  BOOST_TEST(bench.pool.counts().cold_starts == 2);
}

BOOST_AUTO_TEST_CASE(an_ondemand_pool_that_cannot_start_backs_off_with_its_request_waiting) {
  Bench bench(kOndemand);
  bench.Do(host::RequestWaits{});
  bench.Do(host::WorkerGone{1});
  BOOST_TEST(bench.started.empty());
  bench.Wait(bench.UntilNext());
  BOOST_TEST(bench.started.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_operator_scales_a_pool) {
  Bench bench({.max = 2});
  bench.Ready({1, 2});
  bench.Do(host::Scale{1, 4});
  BOOST_TEST(bench.started.size() == 2u);
  bench.Ready({3, 4});
  bench.Do(host::Scale{1, 1});
  BOOST_TEST(bench.Signalled(SIGTERM).size() == 3u);
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 1);
}

BOOST_AUTO_TEST_CASE(a_minimum_keeps_an_ondemand_pool_awake) {
  Bench bench(kOndemand);
  bench.Do(host::Scale{2, 4});
  BOOST_TEST(bench.started.size() == 2u);
}
