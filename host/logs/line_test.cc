#include "host/logs/line.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using host::LogView;
using host::ParseSince;
using host::RenderLogLine;

namespace {

constexpr char kLine[] =
    R"({"ts":"2026-11-24T05:01:02.123456Z","level":"warning","msg":"slow","function":"login",)"
    R"("revision":"abc","request_id":"r1","duration_ms":1.5,"ok":true})";

std::string Shown(std::string_view line, const LogView& view = {}) {
  return RenderLogLine(line, view).value_or("(left out)");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_line_for_people_has_time_level_function_message_and_fields) {
  BOOST_TEST(Shown(kLine) ==
             "2026-11-24 05:01:02.123 warn  login  slow  revision=abc  request_id=r1  "
             "duration_ms=1.5  ok=true\n");
  BOOST_TEST(Shown(R"({"ts":"2026-11-24T05:01:02.123456Z","level":"info","msg":"started"})") ==
             "2026-11-24 05:01:02.123 info  fnhost  started\n");
  BOOST_TEST(Shown(kLine, {.color = true}).find("\x1b[33mwarn \x1b[0m") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(function_level_and_time_choose_lines) {
  BOOST_TEST(Shown(kLine, {.function = "login"}) != "(left out)");
  BOOST_TEST(Shown(kLine, {.function = "slow"}) == "(left out)");  // stands in the message only
  BOOST_TEST(Shown(kLine, {.least = host::Level::kWarning}) != "(left out)");
  BOOST_TEST(Shown(kLine, {.least = host::Level::kError}) == "(left out)");
  BOOST_TEST(Shown(kLine, {.since = "2026-11-24T05:01:02"}) != "(left out)");
  BOOST_TEST(Shown(kLine, {.since = "2026-11-24T05:01:03"}) == "(left out)");
}

BOOST_AUTO_TEST_CASE(for_programs_a_line_stays_as_it_is) {
  BOOST_TEST(Shown(kLine, {.json = true}) == std::string(kLine) + "\n");
}

BOOST_AUTO_TEST_CASE(a_field_of_several_lines_stands_below) {
  BOOST_TEST(Shown(R"({"ts":"","level":"info","msg":"m","stack":"#0 a\n#1 b","x":"y z"})") ==
             std::string(23, ' ') +
                 " info  fnhost  m  stack=(below)  x=\"y z\"\n    #0 a\n    #1 b\n");
}

BOOST_AUTO_TEST_CASE(a_list_of_texts_stands_below_a_text_a_line) {
  BOOST_TEST(Shown(R"x({"msg":"m","stack":["poll+0x4 (libc.so.6)","f(int)"],"n":[1]})x") ==
             std::string(23, ' ') +
                 " info  fnhost  m  stack=(below)  n=[1]\n    poll+0x4 (libc.so.6)\n    f(int)\n");
}

// BEHAVIOURS B6: binary bytes
BOOST_AUTO_TEST_CASE(nothing_that_was_logged_commands_the_terminal) {
  const auto text = Shown(
      "{\"ts\":\"\\u001b\",\"level\":\"info\",\"msg\":\"\\u001b[2J\\u009b2J\\r\\u007f\","
      "\"\\u001b\":\"\\u001b\\n\"}");
  BOOST_TEST(text.find_first_of("\x1b\r\x7f") == std::string::npos);
  BOOST_TEST(text.find("\xC2\x9B") == std::string::npos);
  BOOST_TEST(text.find("\\x1b[2J\\x9b2J\\x0d\\x7f") != std::string::npos);
}

// BEHAVIOURS B6: binary bytes
BOOST_AUTO_TEST_CASE(a_line_that_is_no_json_is_shown_escaped_and_counts_as_an_error) {
  const std::string raw("terminate\0\xFF\x1b called", 18);
  const auto people = Shown(raw);
  BOOST_TEST(people == "-                       error -  terminate\\x00\\xff\\x1b calle\n");
  BOOST_TEST(Shown(raw, {.function = "login"}) == "(left out)");
  BOOST_TEST(Shown(raw, {.least = host::Level::kError}) == people);
  const auto json = nlohmann::json::parse(Shown(raw, {.json = true}));
  BOOST_TEST(json.at("raw") == true);
  BOOST_TEST(json.at("msg").get<std::string>().starts_with("terminate"));
  for (const char* odd : {"", "{", "[]", "{\"ts\":", "{\"ts\":3,\"level\":[],\"msg\":{}}"}) {
    BOOST_TEST(Shown(odd) != "(left out)", odd);
  }
}

BOOST_AUTO_TEST_CASE(since_is_a_while_ago_or_a_time) {
  const std::chrono::system_clock::time_point now(std::chrono::seconds(1'700'000'000));
  BOOST_TEST(ParseSince("0s", now).value_or("") == "2023-11-14T22:13:20.000000Z");
  BOOST_TEST(ParseSince("90s", now).value_or("") == "2023-11-14T22:11:50.000000Z");
  BOOST_TEST(ParseSince("10m", now).value_or("") == "2023-11-14T22:03:20.000000Z");
  BOOST_TEST(ParseSince("1d", now).value_or("") == "2023-11-13T22:13:20.000000Z");
  BOOST_TEST(ParseSince("2026-11-24", now).value_or("") == "2026-11-24T00:00:00");
  BOOST_TEST(ParseSince("2026-11-24 05:06", now).value_or("") == "2026-11-24T05:06:00");
  BOOST_TEST(ParseSince("2026-11-24T05:06:07.5Z", now).value_or("") == "2026-11-24T05:06:07.5");
  for (const char* bad :
       {"", "m", "10", "10x", "-1m", "10mm", "yesterday", "2026-11-24T5", "99999999999d"}) {
    BOOST_TEST(!ParseSince(bad, now).has_value(), bad);
  }
}
