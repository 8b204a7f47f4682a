// Everything at once, and what is left of it.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>

#include "tests/chaos/kills.h"
#include "tests/chaos/operations.h"
#include "tests/chaos/stage.h"
#include "tests/chaos/trial.h"
#include "tests/instance/host.h"

BOOST_AUTO_TEST_SUITE(together)

using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(b2_deploys_switches_scaling_and_kills_at_once_fail_no_request) {
  const auto functions = chaos::Functions();
  chaos::NothingFailed(chaos::Try(
      chaos::Time(10s), chaos::Calls(),
      chaos::With(chaos::KillWorkers(functions, 100ms),
                  chaos::Deploys(functions, 1s, chaos::Deploys::kWorkersAreKilled),
                  chaos::Scaling(functions, 700ms), chaos::RouteSwitches(functions, 300ms),
                  chaos::KillSupervisor(4s, 200ms))));
}

// A reload closes clients' kept connections, sometimes under a request: only clients that send
// again get all their answers, and what they wrote is written once.
BOOST_AUTO_TEST_CASE(b2_reloads_of_nginx_lose_and_double_no_write) {
  auto calls = chaos::Calls();
  for (auto& call : calls) call.insists = true;
  const auto outcome = chaos::Try(chaos::Time(4s), calls, chaos::With(chaos::Reloads(500ms)));
  chaos::NothingLost(outcome);
  BOOST_TEST(outcome.failed() == 0);
}

BOOST_AUTO_TEST_CASE(b4_the_supervisor_leaks_no_descriptor) {
  const auto count = [] {
    BOOST_REQUIRE(e2e::Settled());
    std::map<std::string, int> kinds;
    for (const auto& what : e2e::Descriptors(e2e::Supervisor())) ++kinds[what];
    return kinds;
  };
  const auto before = count();
  chaos::DisturbFor(
      4s, chaos::With(chaos::KillWorkers(chaos::Functions(), 100ms),
                      chaos::Deploys(chaos::Functions(), 300ms, chaos::Deploys::kWorkersAreKilled),
                      chaos::Scaling(chaos::Functions(), 200ms),
                      chaos::RouteSwitches(chaos::Functions(), 100ms)));
  const auto after = count();
  for (const auto& [what, number] : after) {
    const auto at = before.find(what);
    BOOST_TEST(number <= (at == before.end() ? 0 : at->second), what << " is open " << number);
  }
}

BOOST_AUTO_TEST_SUITE_END()
