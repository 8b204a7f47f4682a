// The supervisor dies: its workers go on, and the next one takes over what it left.

#include <signal.h>

#include <boost/test/unit_test.hpp>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/chaos/kills.h"
#include "tests/chaos/operations.h"
#include "tests/chaos/stage.h"
#include "tests/chaos/trial.h"
#include "tests/instance/host.h"

BOOST_AUTO_TEST_SUITE(takeover)

using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(b4_a_supervisor_killed_and_replaced_fails_no_request) {
  const auto before = e2e::Workers("null");
  chaos::NothingFailed(
      chaos::Try(chaos::Time(6s), chaos::Calls(), chaos::With(chaos::KillSupervisor(2s, 500ms))));
  // Taken over, not replaced.
  BOOST_TEST(e2e::Workers("null") == before, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(b4_a_keeper_killed_fails_no_request_and_is_replaced) {
  chaos::NothingFailed(
      chaos::Try(chaos::Time(3s), chaos::Calls(), chaos::With(chaos::KillKeeper(1s))));
}

BOOST_AUTO_TEST_CASE(b4_after_a_takeover_functions_are_deployed_scaled_and_rolled_back) {
  chaos::KillSupervisor(0ms, 100ms).Disturb();
  chaos::Deploys deploys(chaos::Functions(), 0ms);
  const auto before = chaos::CurrentRevision("null");
  deploys.Disturb();
  BOOST_TEST(chaos::CurrentRevision("null") != before);
  chaos::Operate("rollback null");
  BOOST_TEST(chaos::CurrentRevision("null") == before);
  chaos::Scaling scaling({"null"}, 0ms);
  scaling.Disturb();
  scaling.Restore();
  deploys.Restore();
  BOOST_TEST(e2e::Settled());
}

BOOST_AUTO_TEST_CASE(b4_a_request_to_an_empty_pool_waits_for_the_new_supervisor) {
  const std::string name = "sleeper";
  chaos::DeployFunction(name, chaos::BinaryOf("null"), [](nlohmann::ordered_json& manifest) {
    manifest["routes"][0]["path"] = "/chaos/sleeper";
    manifest["pool"] = {{"mode", "ondemand"},  {"min", 0},         {"max", 2}, {"threads", 2},
                        {"idle_timeout_s", 1}, {"max_requests", 0}};
    manifest["limits"]["timeout_ms"] = 10'000;
  });
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (!e2e::Workers(name).empty() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(10ms);
  }
  BOOST_REQUIRE(e2e::Workers(name).empty());

  std::future<e2e::Answer> answer;
  kill(e2e::Supervisor(), SIGKILL);
  while (e2e::Supervisor() != 0) std::this_thread::sleep_for(1ms);
  answer = std::async(std::launch::async, [] { return e2e::Get(e2e::Public("/chaos/sleeper")); });
  BOOST_TEST((answer.wait_for(500ms) == std::future_status::timeout));  // nobody is there to answer
  e2e::StartSupervisor();
  BOOST_TEST(answer.get().status == 200);
  BOOST_TEST(e2e::Settled());
}

BOOST_AUTO_TEST_SUITE_END()
