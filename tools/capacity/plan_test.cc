#include "tools/capacity/plan.h"

#include <boost/test/unit_test.hpp>
#include <stdexcept>

using namespace capacity;

namespace {

const Costs kCosts{
    .kinds = {{"read", {.nginx_us = 50, .functions_us = 100, .postgres_us = 200, .bytes = 1000}},
              {"write", {.nginx_us = 50, .functions_us = 100, .postgres_us = 1000, .bytes = 500}}},
    .replay_us = 400,
    .row_bytes = 1000};
const Part kRead{.kind = "read", .share = 1};

Assumptions Plain() { return {.cores = 10, .busy = 0.5, .edge_gbit = 10}; }

}  // namespace

BOOST_AUTO_TEST_CASE(cores_are_rate_times_cost) {
  const Plan plan = Calculate(100'000, {kRead}, kCosts, Plain());
  BOOST_TEST(plan.edge_cores == 5, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(plan.function_cores == 10, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(plan.read_cores == 20, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(plan.gbit == 0.8, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(plan.edges == 2);  // one would do, but it may fail
  BOOST_TEST(plan.function_machines == 2);
  BOOST_TEST(plan.replicas == 4);
}

BOOST_AUTO_TEST_CASE(writes_that_one_replica_cannot_replay_are_split_between_primaries) {
  const std::vector<Part> mix{{.kind = "read", .share = 0.9},
                              {.kind = "write", .share = 0.1, .write = true}};
  BOOST_TEST(Calculate(10'000, mix, kCosts, Plain()).shards == 1);
  const Plan plan = Calculate(100'000, mix, kCosts, Plain());  // 10 cores write, 4 replay
  BOOST_TEST(plan.writes == 10'000, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(plan.shards == 8);
  BOOST_TEST(plan.terabytes_a_day == 0.864, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(what_all_shards_are_asked_for_costs_each_of_them) {
  const std::vector<Part> one{{.kind = "read", .share = 0.9},
                              {.kind = "write", .share = 0.1, .write = true}};
  std::vector<Part> all = one;
  all[0].asks_all_shards = true;
  const Plan from_one = Calculate(100'000, one, kCosts, Plain());
  const Plan from_all = Calculate(100'000, all, kCosts, Plain());
  BOOST_TEST(from_all.read_cores == from_one.read_cores * from_one.shards,
             boost::test_tools::tolerance(1e-9));
  BOOST_TEST(from_all.machines() > from_one.machines());
}

BOOST_AUTO_TEST_CASE(what_edges_keep_reaches_no_function) {
  Assumptions caching = Plain();
  caching.cached = 0.9;
  Part cacheable = kRead;
  cacheable.cacheable = true;
  const Plan plan = Calculate(100'000, {cacheable}, kCosts, caching);
  BOOST_TEST(plan.function_cores == 1, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(plan.gbit == 0.8, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(Calculate(100'000, {kRead}, kCosts, caching).function_cores == 10,
             boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_mix_that_is_no_whole_or_has_no_cost_is_refused) {
  BOOST_CHECK_THROW(Calculate(1, {{.kind = "read", .share = 0.9}}, kCosts, Plain()),
                    std::invalid_argument);
  BOOST_CHECK_THROW(Calculate(1, {{.kind = "other", .share = 1}}, kCosts, Plain()),
                    std::invalid_argument);
  double sum = 0;
  for (const Part& part : ReadersMix()) sum += part.share;
  BOOST_TEST(sum == 1, boost::test_tools::tolerance(1e-9));
}
