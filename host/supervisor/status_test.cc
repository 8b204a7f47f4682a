#include "host/supervisor/status.h"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_CASE(a_status_survives_its_way_through_json) {
  host::FunctionStatus function;
  function.name = "login";
  function.requests = 12;
  function.slow = 3;
  function.workers = {{.pid = 7, .state = "ready", .revision = "abc", .busy = 2, .memory_kb = 900}};
  host::HostStatus status{.version = "1.0", .state = "running", .functions = {function}};
  const auto read = host::StatusFromJson(host::ToJson(status));
  BOOST_REQUIRE(read.functions.size() == 1u);
  BOOST_TEST(read.functions[0].requests == 12);
  BOOST_TEST(read.functions[0].slow == 3);
  BOOST_REQUIRE(read.functions[0].workers.size() == 1u);
  BOOST_TEST(read.functions[0].workers[0].revision == "abc");
  BOOST_TEST(read.functions[0].workers[0].memory_kb == 900);
}

BOOST_AUTO_TEST_CASE(what_an_older_host_does_not_say_stays_at_its_default) {
  const auto read = host::StatusFromJson(
      R"({"state":"running","functions":[{"name":"a","workers":[{"pid":3}]}],"newer":1})");
  BOOST_TEST(read.state == "running");
  BOOST_TEST(read.functions.at(0).name == "a");
  BOOST_TEST(read.functions.at(0).next_start_s == -1);
  BOOST_TEST(read.functions.at(0).workers.at(0).pid == 3);
  BOOST_CHECK_THROW(host::StatusFromJson("[]"), std::exception);
  BOOST_CHECK_THROW(host::StatusFromJson(R"({"state":1})"), std::exception);
}
