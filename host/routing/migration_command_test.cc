#include "host/routing/migration_command.h"

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
    BOOST_REQUIRE(table.SetNames({"list", "login"}).has_value());
  }
  ~Host() { std::filesystem::remove_all(folder); }

  Json Ask(const std::string& request) {
    const auto answer = host::MigrationCommand(
        Json::parse(request), config,
        {table, journal, [](const std::string& name) { return name == "login"; },
         host::ParseUtc("2026-11-28T09:00:00Z").value()});
    return answer ? *answer : Json("refused: " + answer.error());
  }
  std::string Target(const std::string& name) const { return ToText(table.Find(name)->target); }

  const std::string folder = [] {
    std::string name = "/tmp/migration-command-XXXXXX";
    return std::string(mkdtemp(name.data()));
  }();
  host::HostConfig config;
  host::RouteTable table = host::RouteTable::Open({folder + "/routes", {}, ""}).value();
  host::RouteJournal journal = host::RouteJournal::Open(folder + "/journal").value();
};

}  // namespace

BOOST_FIXTURE_TEST_CASE(the_table_says_where_routes_go_and_what_is_known_of_them, Host) {
  Ask(R"({"compared":{"name":"login","compared":12,"different":3,"failed":0},"by":"alice"})");
  Ask(R"({"move":{"login":"mirror"},"by":"bob"})");
  BOOST_TEST(
      Ask("{}").dump() ==
      R"({"monolith":"http://old:80","routes":[{"name":"list","to":"monolith","able":false},)"
      R"({"name":"login","to":"mirror","able":true,"moved":{"at":"2026-11-28T09:00:00Z",)"
      R"("by":"bob","from":"monolith","how":"promote"},"compared":{"at":"2026-11-28T09:00:00Z",)"
      R"("compared":12,"different":3,"failed":0}}],"faults":[]})");
}

BOOST_FIXTURE_TEST_CASE(routes_that_are_moved_together_are_told_together, Host) {
  const auto moved = Ask(R"({"move":{"login":"function","list":"split:10"},"by":"bob"})");
  BOOST_REQUIRE(moved["routes"].size() == 2u);
  BOOST_TEST(moved["routes"][0]["was"] == "monolith");
  BOOST_TEST(Target("list") == "split:10");
  BOOST_TEST(Target("login") == "function");
  BOOST_TEST(Ask(R"({"move":{"login":"monolith","logout":"monolith"}})") ==
             "refused: there is no function logout");
  BOOST_TEST(Target("login") == "function");
}

BOOST_FIXTURE_TEST_CASE(undo_leads_to_where_a_route_was_and_without_a_past_a_step_back, Host) {
  Ask(R"({"move":{"login":"function"}})");
  BOOST_TEST(Ask(R"({"undo":["login"]})")["routes"][0]["to"] == "monolith");
  BOOST_TEST(Ask(R"({"undo":["login"]})") ==
             "refused: login is with the monolith: there is no step back");
  BOOST_REQUIRE(table.Set("list", {host::RouteTarget::Kind::kFunction, 0}).has_value());
  BOOST_TEST(Ask(R"({"undo":["list"]})")["routes"][0]["to"] == "split:50");
}

BOOST_FIXTURE_TEST_CASE(a_retired_route_comes_back_by_its_name_alone, Host) {
  Ask(R"({"move":{"login":"function","list":"function"}})");
  Ask(R"({"move":{"login":"retired"}})");
  BOOST_TEST(Ask(R"({"undo":[]})")["routes"].size() == 1u);
  BOOST_TEST(Target("list") == "monolith");
  BOOST_TEST(Target("login") == "retired");
  Ask(R"({"undo":["login"]})");
  BOOST_TEST(Target("login") == "function");
}
