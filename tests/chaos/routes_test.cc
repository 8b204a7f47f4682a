// Routes moved between the functions and the monolith while requests flow.

#include <boost/test/unit_test.hpp>

#include "tests/chaos/monolith.h"
#include "tests/chaos/operations.h"
#include "tests/chaos/stage.h"
#include "tests/chaos/trial.h"

BOOST_AUTO_TEST_SUITE(routes)

using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(a_route_switched_ten_times_a_second_fails_no_request) {
  const auto outcome = chaos::Try(chaos::Time(5s), chaos::Calls(),
                                  chaos::With(chaos::RouteSwitches(chaos::Functions(), 100ms)));
  chaos::NothingFailed(outcome);
  for (const auto& call : outcome.calls) {
    // Both sides answered; where the switches left the routes is checked below.
    BOOST_TEST(call.served_by.at("monolith") > 10, call.name);
    BOOST_TEST(call.served_by.at("") > 10, call.name);
  }
}

BOOST_AUTO_TEST_CASE(a_switch_is_true_for_the_next_request) {
  const auto& protocol = chaos::Protocols()[0];
  const auto served_by = [&] {
    return e2e::Get(e2e::Public(protocol.null_path)).header("x-served-by");
  };
  for (int i = 0; i < 10; ++i) {
    chaos::Operate("route " + protocol.null + " --to monolith");
    BOOST_TEST(served_by() == "monolith");
    chaos::Operate("route " + protocol.null + " --to function");
    BOOST_TEST(served_by() == "");
  }
}

BOOST_AUTO_TEST_SUITE_END()
