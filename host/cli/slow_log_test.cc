// The slow log of the real fnhost, with a real function.

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "host/cli/fnhost_test_support.h"
#include "host/wire/client/call.h"

using host::testing::Eventually;
using host::testing::TestHost;
using nlohmann::json;

namespace {

std::expected<host::wire::CallAnswer, std::string> Call(const TestHost& host,
                                                        const std::string& name, int ms) {
  return host::wire::CallFunction(host.run_dir() + "/" + name + ".sock",
                                  host::wire::Protocol::kFastcgi,
                                  {{"REQUEST_METHOD", "GET"},
                                   {"DOCUMENT_URI", "/kettle"},
                                   {"REQUEST_URI", "/kettle?ms=" + std::to_string(ms)},
                                   {"QUERY_STRING", "ms=" + std::to_string(ms)},
                                   {"REQUEST_ID", "0123456789abcdef0123456789abcdef"},
                                   {"CONTENT_LENGTH", ""},
                                   {"SERVER_PROTOCOL", "HTTP/1.1"}},
                                  "", std::chrono::seconds(10));
}

std::vector<json> Lines(const TestHost& host, const std::string& msg) {
  std::vector<json> found;
  std::istringstream log(host.Log());
  for (std::string line; std::getline(log, line);) {
    json tree = json::parse(line, nullptr, false);
    if (tree.is_object() && tree["msg"] == msg) found.push_back(std::move(tree));
  }
  return found;
}

std::vector<json> SlowLines(const TestHost& host) { return Lines(host, "slow request"); }

}  // namespace

BOOST_AUTO_TEST_CASE(a_slow_request_shows_while_it_runs_with_the_handlers_own_function) {
  TestHost host;
  host.AddServing("kettle", 1);
  host.Set("slow_ms", "50");
  host.Start();
  BOOST_REQUIRE_MESSAGE(Eventually([&] { return host.Status().state == "running"; }), host.Log());
  const auto quick = Call(host, "kettle", 0);
  BOOST_REQUIRE_MESSAGE(quick.has_value(), (quick ? "" : quick.error()));
  BOOST_TEST(quick->answer.status == 200);
  BOOST_TEST(SlowLines(host).empty());

  std::jthread client([&] { static_cast<void>(Call(host, "kettle", 800)); });
  BOOST_REQUIRE_MESSAGE(Eventually([&] { return !SlowLines(host).empty(); }), host.Log());
  BOOST_TEST(host.Function("kettle").busy == 1);  // it still runs
  client.join();
  const auto lines = SlowLines(host);
  BOOST_REQUIRE(lines.size() == 1u);
  const json& line = lines[0];
  BOOST_TEST(line["function"] == "kettle");
  BOOST_TEST(line["request_id"] == "0123456789abcdef0123456789abcdef");
  BOOST_TEST(line["method"] == "GET");
  BOOST_TEST(line["pid"] == host.Function("kettle").workers.at(0).pid);
  BOOST_TEST_MESSAGE(line.dump(1));
  BOOST_TEST(line["stack"].dump().find("WaitForTheKettle(int)") != std::string::npos);
  BOOST_TEST(line["stack"].dump().find("function::Handle(") != std::string::npos);
  BOOST_TEST(host.Function("kettle").slow == 1);
  BOOST_TEST(Call(host, "kettle", 0)->answer.status == 200);  // unharmed
}

BOOST_AUTO_TEST_CASE(
    b3_the_stack_of_a_request_over_its_time_is_logged_before_its_worker_is_killed) {
  TestHost host;
  host.AddServing("kettle", 1);  // timeout_ms is 1000
  host.Set("slow_ms", "0");
  host.Start();
  BOOST_REQUIRE(Eventually([&] { return host.Status().state == "running"; }));
  std::jthread client([&] { static_cast<void>(Call(host, "kettle", 60'000)); });
  BOOST_REQUIRE_MESSAGE(Eventually([&] { return !Lines(host, "killing a worker").empty(); }),
                        host.Log());
  const auto lines = Lines(host, "request over its time limit");
  BOOST_REQUIRE(lines.size() == 1u);
  BOOST_TEST(lines[0]["request_id"] == "0123456789abcdef0123456789abcdef");
  BOOST_TEST(lines[0]["stack"].dump().find("WaitForTheKettle(int)") != std::string::npos);
  BOOST_TEST(lines[0]["ts"].get<std::string>() <
             Lines(host, "killing a worker").at(0)["ts"].get<std::string>());
  BOOST_TEST(Eventually([&] { return host.Function("kettle").ready == 1; }));  // replaced
}

BOOST_AUTO_TEST_CASE(with_slow_ms_0_nothing_is_slow) {
  TestHost host;
  host.AddServing("kettle", 1);
  host.Set("slow_ms", "0");
  host.Start();
  BOOST_REQUIRE(Eventually([&] { return host.Status().state == "running"; }));
  BOOST_TEST(Call(host, "kettle", 300)->answer.status == 200);
  BOOST_TEST(SlowLines(host).empty());
  BOOST_TEST(host.Function("kettle").slow == 0);
}
