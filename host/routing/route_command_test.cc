#include "host/routing/route_command.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace {

using Json = nlohmann::ordered_json;

struct Host {
  Host() {
    config.monolith.emplace().url = "http://old:80";
    BOOST_REQUIRE(table.SetNames({"login", "list"}).has_value());
  }
  ~Host() { std::filesystem::remove_all(folder); }

  std::string Ask(const std::string& request) {
    const auto answer = host::RouteCommand(
        Json::parse(request), config,
        {table, journal, [](const std::string&) { return true; }, host::WallTime()});
    return answer ? answer->dump() : "refused: " + answer.error();
  }

  const std::string folder = [] {
    std::string name = "/tmp/route-command-XXXXXX";
    return std::string(mkdtemp(name.data()));
  }();
  host::HostConfig config;
  host::RouteTable table = host::RouteTable::Open({folder + "/routes", {}, ""}).value();
  host::RouteJournal journal = host::RouteJournal::Open(folder + "/journal").value();
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(the_table_says_where_each_route_goes_and_who_answers, Host) {
  BOOST_TEST(Ask(R"({"command":"route"})") ==
             R"({"monolith":"http://old:80","routes":[)"
             R"({"name":"list","to":"monolith","serving":"monolith"},)"
             R"({"name":"login","to":"monolith","serving":"monolith"}]})");
}

BOOST_FIXTURE_TEST_CASE(a_route_that_is_moved_is_told_with_where_it_was, Host) {
  const auto check = [&](const std::string& to, const std::string& was,
                         const std::string& serving) {
    BOOST_TEST(Ask(R"({"command":"route","name":"login","to":")" + to + "\"}") ==
               R"({"monolith":"http://old:80","routes":[{"name":"login","to":")" + to +
                   R"(","serving":")" + serving + R"(","was":")" + was + R"("}]})");
  };
  check("split:40", "monolith", "split");
  check("split:0", "split:40", "monolith");
  check("split:100", "split:0", "function");
  check("mirror", "split:100", "monolith");
  check("auto", "mirror", "function");
  BOOST_REQUIRE(table.Health("login", false).has_value());
  check("auto", "auto", "monolith");
  check("function", "auto", "function");
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_is_refused, Host) {
  BOOST_TEST(Ask(R"({"command":"route","name":"logout","to":"function"})") ==
             "refused: there is no function logout");
  BOOST_TEST(Ask(R"({"command":"route","name":"login","to":"half"})") ==
             "refused: must be function, monolith, split:PERCENT, mirror, auto or retired");
  BOOST_CHECK_THROW(Ask(R"({"command":"route","name":"login"})"), Json::exception);
  BOOST_CHECK_THROW(Ask(R"({"command":"route","name":7,"to":"function"})"), Json::exception);
}

BOOST_FIXTURE_TEST_CASE(every_move_is_written_down, Host) {
  Ask(R"({"command":"route","name":"login","to":"split:40","by":"alice"})");
  Ask(R"({"command":"route","name":"login","to":"split:40","by":"bob"})");  // moves nothing
  const auto moves = host::RouteJournal::Moves(folder + "/journal").value();
  BOOST_REQUIRE(moves.size() == 1u);
  BOOST_TEST(moves[0].by == "alice");
  BOOST_TEST(moves[0].from == "monolith");
  BOOST_TEST(moves[0].to == "split:40");
}

BOOST_FIXTURE_TEST_CASE(a_retired_route_is_not_moved_in_passing, Host) {
  BOOST_TEST(Ask(R"({"command":"route","name":"login","to":"retired"})").starts_with("{"));
  BOOST_TEST(Ask(R"({"command":"route","name":"login","to":"auto"})") ==
             "refused: login is retired. Back: fnhost migration undo login");
  BOOST_TEST(ToText(table.Find("login")->target) == "retired");
}
