// Deploys (BEHAVIOURS B2), as the pool plans them.

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <vector>

#include "host/pool/bench_test_support.h"

using namespace std::chrono_literals;
using host::testing::Bench;
using Ids = std::vector<host::WorkerId>;

BOOST_AUTO_TEST_CASE(b2_the_old_workers_leave_when_all_new_ones_are_ready_and_not_before) {
  Bench bench({.max = 2});
  bench.Ready({1, 2});
  bench.Do(host::Deploy{"two", {.max = 2}});
  BOOST_TEST(bench.started == (Ids{3, 4}), boost::test_tools::per_element());
  bench.Do(host::WorkerReady{3});
  BOOST_TEST(bench.signals.empty());
  BOOST_TEST(bench.pool.revision() == "one");
  bench.Do(host::WorkerReady{4});
  BOOST_REQUIRE(bench.deployed.has_value());
  BOOST_TEST(bench.deployed->revision == "two");
  BOOST_TEST(bench.deployed->previous == "one");
  BOOST_TEST(bench.Signalled(SIGTERM) == (Ids{1, 2}), boost::test_tools::per_element());
  bench.Do(host::WorkerGone{1});
  BOOST_TEST(!bench.old_gone);
  bench.Do(host::WorkerGone{2});
  BOOST_TEST(bench.old_gone);
  BOOST_TEST(bench.started.empty());
  BOOST_TEST(bench.pool.counts().deploys == 1);
  BOOST_TEST(bench.pool.counts().restarts == 0);
}

BOOST_AUTO_TEST_CASE(b2_a_new_worker_that_ends_early_leaves_the_old_ones_serving) {
  Bench bench({.max = 2});
  bench.Ready({1, 2});
  bench.Do(host::Deploy{"two", {.max = 2}});
  bench.Do(host::WorkerReady{3});
  bench.Do(host::WorkerGone{4});
  BOOST_REQUIRE(bench.failed.has_value());
  BOOST_TEST(bench.failed->why == "a worker of it ended before it was ready");
  BOOST_TEST(bench.Signalled(SIGTERM) == (Ids{3}), boost::test_tools::per_element());
  bench.Do(host::WorkerGone{3});
  BOOST_TEST(bench.pool.revision() == "one");
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 2);
  BOOST_TEST(bench.pool.failures() == 0);
}

BOOST_AUTO_TEST_CASE(b2_a_new_worker_that_is_late_fails_the_deploy) {
  Bench bench({.max = 1});
  bench.Ready({1});
  bench.Do(host::Deploy{"two", {}});
  bench.Wait(10s);
  BOOST_TEST(bench.Signalled(SIGKILL) == (Ids{2}), boost::test_tools::per_element());
  bench.Do(host::WorkerGone{2, true});
  BOOST_REQUIRE(bench.failed.has_value());
  BOOST_TEST(bench.failed->why == "a worker of it was not ready in time");
  BOOST_TEST(bench.pool.Count(host::WorkerState::kReady) == 1);
}

BOOST_AUTO_TEST_CASE(b2_a_deploy_whose_program_cannot_be_started_fails) {
  Bench bench({.max = 1});
  bench.Ready({1});
  bench.Do(host::Deploy{"two", {}});
  bench.Do(host::StartFailed{2});
  BOOST_TEST(bench.failed.has_value());
  BOOST_TEST(bench.started.empty());
}

BOOST_AUTO_TEST_CASE(a_new_worker_killed_from_outside_is_started_again) {
  Bench bench({.max = 2});
  bench.Ready({1, 2});
  bench.Do(host::Deploy{"two", {.max = 2}});
  bench.Do(host::WorkerReady{3});
  bench.Do(host::WorkerGone{3, true});
  BOOST_TEST(!bench.failed.has_value());
  BOOST_TEST(bench.started == (Ids{5}), boost::test_tools::per_element());
  bench.Ready({4, 5});
  BOOST_TEST(bench.pool.revision() == "two");
}

BOOST_AUTO_TEST_CASE(a_deploy_takes_the_place_of_one_under_way) {
  Bench bench({.max = 1});
  bench.Ready({1});
  bench.Do(host::Deploy{"two", {}});
  bench.Do(host::Deploy{"three", {}});
  BOOST_REQUIRE(bench.failed.has_value());
  BOOST_TEST(bench.failed->revision == "two");
  bench.Do(host::WorkerReady{3});
  BOOST_TEST(bench.pool.revision() == "three");
  BOOST_TEST(bench.pool.previous() == "one");
}

BOOST_AUTO_TEST_CASE(a_pool_that_sleeps_tries_a_new_revision_with_one_worker) {
  Bench bench({.mode = host::PoolMode::kOndemand, .min = 0, .max = 4});
  bench.Do(host::Deploy{"two", {.mode = host::PoolMode::kOndemand, .min = 0, .max = 4}});
  BOOST_TEST(bench.started.size() == 1u);
  bench.Do(host::WorkerReady{1});
  BOOST_TEST(bench.deployed.has_value());
  BOOST_TEST(bench.old_gone);
  BOOST_TEST(bench.signals.empty());
}

BOOST_AUTO_TEST_CASE(a_deploy_mends_a_pool_that_backs_off) {
  Bench bench({.max = 1});
  for (host::WorkerId id = 1; id <= 8; ++id) {
    bench.Do(host::WorkerGone{id});
    bench.Wait(bench.UntilNext());
  }
  bench.Do(host::WorkerGone{9});
  bench.Do(host::Deploy{"two", {}});
  BOOST_REQUIRE(bench.started.size() == 1u);
  bench.Do(host::WorkerReady{bench.started[0]});
  BOOST_TEST(bench.pool.revision() == "two");
  BOOST_TEST(bench.pool.failures() == 0);
}

BOOST_AUTO_TEST_CASE(b2_a_revision_that_crashes_more_than_the_one_before_is_taken_back) {
  Bench bench({.max = 2});
  bench.Ready({1, 2});
  bench.now += 5s;
  bench.Do(host::WorkerGone{1});  // the old one is not perfect either
  bench.Ready({3});
  bench.Do(host::Deploy{"two", {.max = 2}});
  bench.Ready({4, 5});
  bench.Do(host::WorkerGone{2});
  bench.Do(host::WorkerGone{3});
  host::WorkerId victim = 4;
  for (int crash = 1; crash <= 2; ++crash) {
    bench.now += 2s;
    bench.Do(host::WorkerGone{victim});
    BOOST_TEST(!bench.falls_back.has_value());
    BOOST_REQUIRE(bench.started.size() == 1u);
    victim = bench.started[0];
    bench.Do(host::WorkerReady{victim});
  }
  bench.now += 2s;
  bench.Do(host::WorkerGone{victim});
  BOOST_REQUIRE(bench.falls_back.has_value());
  BOOST_TEST(bench.falls_back->from == "two");
  BOOST_TEST(bench.falls_back->to == "one");
  const auto back = bench.started;
  for (const host::WorkerId id : back) {
    if (bench.pool.Find(id)->revision == "one") bench.Do(host::WorkerReady{id});
  }
  BOOST_TEST(bench.pool.revision() == "one");
  BOOST_TEST(bench.pool.previous() == "two");
  BOOST_TEST(bench.pool.counts().fall_backs == 1);
}

BOOST_AUTO_TEST_CASE(a_kill_from_outside_or_a_late_crash_takes_nothing_back) {
  Bench bench({.max = 1});
  bench.Ready({1});
  bench.Do(host::Deploy{"two", {}});
  bench.Ready({2});
  host::WorkerId last = 2;
  const auto die = [&](bool by_sigkill) {
    bench.now += 2s;
    bench.Do(host::WorkerGone{last, by_sigkill});
    BOOST_TEST(!bench.falls_back.has_value());
    BOOST_REQUIRE(bench.started.size() == 1u);
    last = bench.started[0];
    bench.Do(host::WorkerReady{last});
  };
  for (int i = 0; i < 5; ++i) die(true);
  bench.now += 60s;
  for (int i = 0; i < 5; ++i) die(false);
}

BOOST_AUTO_TEST_CASE(a_first_revision_that_crashes_has_nothing_to_go_back_to) {
  host::Pool pool("", {.mode = host::PoolMode::kOndemand, .min = 0, .max = 0}, [] { return 0.0; });
  host::SteadyTime now{};
  pool.Handle(host::Deploy{"one", {}}, now);
  pool.Handle(host::WorkerReady{1}, now);
  BOOST_TEST(pool.revision() == "one");
  BOOST_TEST(pool.previous() == "");
  for (host::WorkerId id = 1; id <= 5; ++id) {
    pool.Handle(host::WorkerGone{id}, now);
    BOOST_TEST(pool.deploying() == "");
    now += 30s;
    pool.Handle(host::Tick{}, now);
  }
  BOOST_TEST(pool.revision() == "one");
}

BOOST_AUTO_TEST_CASE(b4_adopted_workers_go_on_and_those_of_another_revision_leave_for_own_ones) {
  host::Pool pool("two", {.max = 2}, [] { return 0.0; });
  pool.Adopt("two", {}, {});
  pool.Adopt("one", {}, {});
  auto actions = pool.Handle(host::Tick{}, {});
  BOOST_REQUIRE(actions.size() == 1u);
  BOOST_TEST(std::get<host::StartWorker>(actions[0]).id == 3u);
  actions = pool.Handle(host::WorkerReady{3}, {});
  BOOST_REQUIRE(actions.size() == 1u);
  BOOST_TEST(std::get<host::SignalWorker>(actions[0]).id == 2u);
}
