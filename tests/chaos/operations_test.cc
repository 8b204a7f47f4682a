// What an operator does while requests flow.

#include "tests/chaos/operations.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "tests/chaos/stage.h"
#include "tests/chaos/trial.h"

BOOST_AUTO_TEST_SUITE(operations)

using namespace std::chrono_literals;

// One of each function a second: more than twenty in a minute for each.
BOOST_AUTO_TEST_CASE(b2_deploys_twenty_times_a_minute_and_more_fail_no_request) {
  auto disturbers = chaos::With(chaos::Deploys(chaos::Functions(), 500ms));
  const auto outcome = chaos::Try(chaos::Time(10s), chaos::Calls(), disturbers);
  chaos::NothingFailed(outcome);
  BOOST_TEST(static_cast<double>(outcome.disturbed[0].count) >= outcome.seconds / 3);
  auto seconds = dynamic_cast<chaos::Deploys&>(*disturbers[0]).seconds();
  std::ranges::sort(seconds);
  BOOST_REQUIRE(!seconds.empty());
  chaos::Note(fmt::format("a deploy took {:.2f} s (median), {:.2f} s at most",
                          seconds[seconds.size() / 2], seconds.back()));
}

BOOST_AUTO_TEST_CASE(b2_deploys_and_rollbacks_fail_no_request) {
  for (const auto& function : chaos::Functions()) {  // each has a revision to go back to
    chaos::Deploys deploys({function}, 0ms);
    deploys.Disturb();
  }
  chaos::NothingFailed(chaos::Try(chaos::Time(5s), chaos::Calls(),
                                  chaos::With(chaos::Rollbacks(chaos::Functions(), 700ms),
                                              chaos::Deploys(chaos::Functions(), 900ms))));
}

BOOST_AUTO_TEST_CASE(b1_scaling_up_and_down_fails_no_request) {
  chaos::NothingFailed(chaos::Try(chaos::Time(5s), chaos::Calls(),
                                  chaos::With(chaos::Scaling(chaos::Functions(), 150ms))));
}

BOOST_AUTO_TEST_SUITE_END()
