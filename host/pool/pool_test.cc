#include "host/pool/pool.h"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <vector>

#include "host/pool/bench_test_support.h"

using namespace std::chrono_literals;
using host::testing::Bench;

BOOST_AUTO_TEST_CASE(a_new_pool_starts_all_wanted_workers) {
  Bench bench({.max = 3});
  BOOST_TEST(bench.started.size() == 3u);
  BOOST_TEST(bench.pool.Count(host::WorkerState::kStarting) == 3);
  bench.Do(host::WorkerReady{2});
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 1);
  BOOST_TEST(bench.pool.Find(2)->deadline.has_value() == false);
  BOOST_TEST(bench.pool.counts().restarts == 0);
}

BOOST_AUTO_TEST_CASE(a_settled_worker_that_crashes_is_replaced_at_once) {
  Bench bench({.max = 1});
  bench.Do(host::WorkerReady{1});
  bench.now += 1s;
  bench.Do(host::WorkerGone{1});
  BOOST_REQUIRE(bench.started.size() == 1u);
  BOOST_TEST(bench.started[0] == 2u);
  BOOST_TEST(bench.pool.failures() == 0);
  BOOST_TEST(bench.pool.counts().restarts == 1);
}

BOOST_AUTO_TEST_CASE(a_ready_worker_killed_from_outside_is_replaced_at_once_however_young) {
  Bench bench({.max = 1});
  for (host::WorkerId id = 1; id <= 50; ++id) {
    bench.Do(host::WorkerReady{id});
    bench.now += 1ms;
    bench.Do(host::WorkerGone{id, true});
    BOOST_REQUIRE(bench.started.size() == 1u);
  }
  BOOST_TEST(bench.pool.failures() == 0);
  BOOST_TEST(bench.pool.counts().restarts == 50);
}

BOOST_AUTO_TEST_CASE(a_crash_loop_backs_off_from_100_ms_to_30_s) {
  Bench bench({.max = 1});
  std::vector<int64_t> delays;
  for (host::WorkerId id = 1; id <= 11; ++id) {
    bench.Do(host::WorkerGone{id});
    BOOST_TEST(bench.started.empty());
    delays.push_back(bench.UntilNext().count());
    bench.Wait(bench.UntilNext() - 1ms);
    BOOST_TEST(bench.started.empty());
    bench.Wait(1ms);
    BOOST_REQUIRE(bench.started.size() == 1u);
  }
  const std::vector<int64_t> expected = {100,  200,   400,   800,   1600, 3200,
                                         6400, 12800, 25600, 30000, 30000};
  BOOST_TEST(delays == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(chance_shortens_a_delay_by_a_fifth_at_most_and_never_below_100_ms) {
  Bench bench({.max = 1}, 0.999);
  bench.Do(host::WorkerGone{1});
  BOOST_TEST(bench.UntilNext().count() == 100);
  bench.Wait(100ms);
  bench.Do(host::WorkerGone{2});
  BOOST_TEST(bench.UntilNext().count() >= 160);
  BOOST_TEST(bench.UntilNext().count() < 165);
}

BOOST_AUTO_TEST_CASE(workers_of_one_round_that_fail_together_count_once) {
  Bench bench({.max = 4});
  for (host::WorkerId id = 1; id <= 4; ++id) bench.Do(host::WorkerGone{id});
  BOOST_TEST(bench.pool.failures() == 1);
  bench.Wait(100ms);
  BOOST_TEST(bench.started.size() == 4u);
  for (host::WorkerId id = 5; id <= 8; ++id) bench.Do(host::WorkerGone{id});
  BOOST_TEST(bench.pool.failures() == 2);
}

BOOST_AUTO_TEST_CASE(a_worker_that_stays_ends_the_series_of_failures) {
  Bench bench({.max = 1});
  bench.Do(host::WorkerGone{1});
  bench.Wait(100ms);
  bench.Do(host::WorkerGone{2});
  bench.Wait(200ms);
  BOOST_TEST(bench.pool.failures() == 2);
  bench.Do(host::WorkerReady{3});
  bench.Wait(1s);
  BOOST_TEST(bench.pool.failures() == 0);
  BOOST_TEST(!bench.pool.Next().has_value());
}

BOOST_AUTO_TEST_CASE(an_old_healthy_worker_does_not_hide_that_new_ones_fail) {
  Bench bench({.max = 2});
  bench.Do(host::WorkerReady{1});
  bench.Do(host::WorkerReady{2});
  bench.now += 5s;
  bench.Do(host::WorkerGone{2});
  for (host::WorkerId id = 3; id <= 6; ++id) {
    bench.Do(host::WorkerGone{id});
    bench.Wait(bench.UntilNext());
  }
  BOOST_TEST(bench.pool.failures() == 4);
}

BOOST_AUTO_TEST_CASE(a_worker_that_never_says_ready_is_killed_and_counts_as_a_failure) {
  Bench bench({.max = 1});
  BOOST_TEST(bench.UntilNext().count() == 10'000);
  bench.Wait(9'999ms);
  BOOST_TEST(bench.signals.empty());
  bench.Wait(1ms);
  BOOST_REQUIRE(bench.signals.size() == 1u);
  BOOST_TEST(bench.signals[0].signal == SIGKILL);
  BOOST_TEST(bench.signals[0].why == "not ready in time");
  bench.Do(host::WorkerReady{1});  // too late
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 0);
  bench.Do(host::WorkerGone{1, true});
  BOOST_TEST(bench.pool.failures() == 1);
  BOOST_TEST(bench.started.empty());
}

BOOST_AUTO_TEST_CASE(a_start_that_fails_backs_off_and_recovers) {
  Bench bench({.max = 2});
  bench.Do(host::StartFailed{1});
  bench.Do(host::StartFailed{2});
  BOOST_TEST(bench.pool.failures() == 1);
  bench.Wait(100ms);
  BOOST_TEST(bench.started.size() == 2u);
  bench.Do(host::WorkerReady{3});
  bench.Do(host::WorkerReady{4});
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 2);
}

BOOST_AUTO_TEST_CASE(drain_asks_everyone_and_starts_nobody) {
  Bench bench({.max = 2, .grace = 3s});
  bench.Do(host::WorkerReady{1});
  bench.Do(host::Drain{});
  BOOST_REQUIRE(bench.signals.size() == 2u);
  BOOST_TEST(bench.signals[0].signal == SIGTERM);
  BOOST_TEST(bench.pool.wanted() == 0);
  bench.Do(host::WorkerReady{2});  // was on its way
  BOOST_TEST(bench.pool.Count(host::WorkerState::kDraining) == 2);
  bench.Do(host::WorkerGone{1});
  BOOST_TEST(bench.started.empty());
  BOOST_TEST(bench.UntilNext().count() == 3000);
  bench.Wait(3s);
  BOOST_REQUIRE(bench.signals.size() == 1u);
  BOOST_TEST(bench.signals[0].id == 2u);
  BOOST_TEST(bench.signals[0].signal == SIGKILL);
  bench.Do(host::WorkerGone{2, true});
  BOOST_TEST(bench.pool.workers().empty());
  BOOST_TEST(!bench.pool.Next().has_value());
}

BOOST_AUTO_TEST_CASE(a_drain_while_backing_off_forgets_the_start) {
  Bench bench({.max = 1});
  bench.Do(host::WorkerGone{1});
  bench.Do(host::Drain{});
  BOOST_TEST(!bench.pool.Next().has_value());
  bench.Wait(1min);
  BOOST_TEST(bench.started.empty());
}

BOOST_AUTO_TEST_CASE(kill_does_not_wait_for_the_grace_period) {
  Bench bench({.max = 2});
  bench.Do(host::Drain{});
  bench.Do(host::Kill{});
  BOOST_REQUIRE(bench.signals.size() == 2u);
  BOOST_TEST(bench.signals[1].signal == SIGKILL);
  bench.Do(host::Kill{});  // impatience does no harm
  bench.Do(host::WorkerGone{1, true});
  bench.Do(host::WorkerGone{2, true});
  BOOST_TEST(bench.pool.workers().empty());
}

BOOST_AUTO_TEST_CASE(events_about_unknown_workers_are_ignored) {
  Bench bench({.max = 1});
  bench.Do(host::WorkerGone{99});
  bench.Do(host::WorkerReady{99});
  BOOST_TEST(bench.started.empty());
  BOOST_TEST(bench.pool.workers().size() == 1u);
}
