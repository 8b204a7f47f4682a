// Workers and others killed with SIGKILL under constant load.

#include "tests/chaos/kills.h"

#include <boost/test/unit_test.hpp>

#include "tests/chaos/stage.h"
#include "tests/chaos/trial.h"

BOOST_AUTO_TEST_SUITE(kills)

using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(b3_a_worker_killed_every_100_ms_fails_no_request) {
  chaos::NothingFailed(chaos::Try(chaos::Time(6s), chaos::Calls(),
                                  chaos::With(chaos::KillWorkers(chaos::Functions(), 100ms))));
}

BOOST_AUTO_TEST_CASE(c2_no_write_is_lost_or_doubled_when_anything_is_killed) {
  auto calls = chaos::Calls();
  for (auto& call : calls) call.insists = true;
  const auto outcome = chaos::Try(
      chaos::Time(6s), calls,
      chaos::With(chaos::KillWorkers(chaos::Functions(), 100ms), chaos::KillNginxWorkers(400ms),
                  chaos::KillBackends("thoughts_service", 200ms)));
  chaos::NothingLost(outcome);
  BOOST_TEST(outcome.failed() == 0);  // all were answered in the end
}

BOOST_AUTO_TEST_SUITE_END()
