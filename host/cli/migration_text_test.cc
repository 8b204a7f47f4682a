#include "host/cli/migration_text.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace {

using Json = nlohmann::ordered_json;

host::MigrationRow Row() {
  auto row = host::RowOf(Json::parse(
      R"({"name":"list","to":"split:10","able":true,
          "moved":{"at":"2026-11-28T11:59:00Z","by":"alice","from":"mirror","how":"promote"},
          "compared":{"at":"2026-11-28T11:00:00Z","compared":12,"different":1,"failed":0}})"));
  row.facts.figures = {.function = {.requests = 100, .errors = 1, .p95_s = 0.012},
                       .monolith = {.requests = 900, .errors = 0, .p95_s = 0.2}};
  return row;
}

const host::WallTime kNow = host::ParseUtc("2026-11-28T12:00:00Z").value();
const host::LogFigures kFigures{
    .routes = {}, .since = kNow - std::chrono::minutes(15), .whole = true};

}  // namespace

BOOST_AUTO_TEST_CASE(the_table_shows_both_sides_of_each_route) {
  auto writes = host::RowOf(Json::parse(R"({"name":"post","to":"monolith","able":true})"));
  writes.facts.serves_get = false;
  BOOST_TEST(
      host::MigrationTable("http://old:80", {Row(), writes}, kFigures, kNow, 0) ==
      "monolith http://old:80; requests of the last 15 m 0 s\n"
      "ROUTE  STATE     TO        SHARE  NEW: REQ  ERRORS    P95  OLD: REQ  ERRORS     P95  "
      "DIFFERENT  COMPARED    MOVED\n"
      "list   split     split:10   10 %       100  1.00 %  12 ms       900  0.00 %  200 ms       "
      "1/12   1 h 0 m  1 m 0 s\n"
      "post   monolith  monolith    0 %         0       -      -         0       -       -     "
      "no GET         -        -\n");
}

BOOST_AUTO_TEST_CASE(programs_get_whole_numbers) {
  const auto tree = host::MigrationJson("http://old:80", {Row()}, kFigures);
  BOOST_TEST(tree["since"] == "2026-11-28T11:45:00Z");
  const auto& route = tree["routes"][0];
  BOOST_TEST(route["state"] == "split");
  BOOST_TEST(route["function"].dump() == R"({"requests":100,"errors":1,"p95_s":0.012})");
  BOOST_TEST(route["comparison"]["different"] == 1);
  BOOST_TEST(route["moved"]["by"] == "alice");
}

BOOST_AUTO_TEST_CASE(the_history_says_who_when_from_and_to) {
  host::RouteMove move{.at = "2026-11-28T11:59:00Z",
                       .name = "list",
                       .from = "mirror",
                       .to = "split:10",
                       .by = "al\x1bice",
                       .how = host::RouteMove::How::kPromote,
                       .note = "list: slow"};
  BOOST_TEST(host::HistoryText({move}) ==
             "2026-11-28T11:59:00Z  list  mirror -> split:10  promote by al?ice  "
             "(skipped: list: slow)\n");
}
