#include <nlohmann/json.hpp>

#include "functions/shared/accounts/flows/flows.h"

using accounts::flows::Sent;
using accounts::flows::Site;
using accounts::testing::Owner;
using nlohmann::json;

namespace {

struct Phones : Site {
  json List(const std::string& token) { return json::parse(Sessions({.token = token}).body()); }
  std::string PresentId(const std::string& token) {
    for (const auto& one : List(token)) {
      if (one["present"]) return one["id"];
    }
    return "";
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(own_sessions, Phones)

BOOST_AUTO_TEST_CASE(log_ins_are_listed_with_the_present_one_marked) {
  Add("demo");
  Add("other");
  Enter("other");
  const auto first = Enter("demo");
  const auto answer = Login({.body = "username=demo&password=demo-password",
                             .headers = {{"user-agent", "Phone\xC3\xA9\t<1.0>"}}});
  const auto second = json::parse(answer.body())["Authorized"].get<std::string>();
  BOOST_TEST(Sessions({.token = second}).header("cache-control").value() == "private, no-store");
  const auto list = List(second);
  BOOST_REQUIRE(list.size() == 2u);
  BOOST_TEST(list[0]["present"] == true);
  BOOST_TEST(list[0]["user_agent"] == "Phone<1.0>");
  BOOST_TEST(list[0]["network"] == "192.0.2.0/24");
  BOOST_TEST(list[0]["creation"].get<std::string>().size() == 26u);
  BOOST_TEST(list[0].size() == 6u);
  BOOST_TEST(list[1]["present"] == false);
  BOOST_TEST(List(first)[1]["present"] == true);
}

BOOST_AUTO_TEST_CASE(d3_an_ended_session_is_refused_everywhere_and_the_others_go_on) {
  Add("demo");
  Add("other");
  const auto token = Enter("demo");
  const auto lost = Enter("demo");
  const auto stranger = Enter("other");
  const auto id = PresentId(lost);
  BOOST_TEST(EndSession(id, {.token = stranger}).status() == 404);
  BOOST_TEST(EndSession("none", {.token = token}).status() == 404);
  BOOST_TEST(EndSession(id, {.token = token, .id = "nginx-1"}).status() == 204);
  BOOST_TEST(EndSession(id, {.token = token, .id = "nginx-1"}).status() == 204);
  BOOST_TEST(EndSession(id, {.token = token}).status() == 404);
  BOOST_TEST(List(token).size() == 1u);
  Later();
  BOOST_TEST(Me({.token = lost}).status() == 401);
  BOOST_TEST(Me({.token = token}).status() == 200);
  BOOST_TEST(Me({.token = stranger}).status() == 200);
}

BOOST_AUTO_TEST_CASE(a_session_may_end_itself_and_its_repeat_is_answered) {
  Add("demo");
  const auto token = Enter("demo");
  const auto id = PresentId(token);
  BOOST_TEST(EndSession(id, {.token = token, .id = "nginx-2"}).status() == 204);
  Later();
  BOOST_TEST(EndSession(id, {.token = token, .id = "nginx-2"}).status() == 204);
  BOOST_TEST(Sessions({.token = token}).status() == 401);
}

BOOST_AUTO_TEST_CASE(d3_all_other_sessions_end_at_once) {
  Add("demo");
  Add("other");
  const auto token = Enter("demo");
  const auto one = Enter("demo");
  const auto two = Enter("demo");
  const auto stranger = Enter("other");
  BOOST_TEST(EndOtherSessions({.token = token}).status() == 204);
  Later();
  BOOST_TEST(Me({.token = one}).status() == 401);
  BOOST_TEST(Me({.token = two}).status() == 401);
  BOOST_TEST(Me({.token = stranger}).status() == 200);
  BOOST_TEST(List(token).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_session_leaves_the_list_by_log_out_new_password_and_time) {
  Add("demo");
  const auto token = Enter("demo");
  const auto other = Enter("demo");
  Logout({.token = other});
  BOOST_TEST(List(token).size() == 1u);
  Password({.token = token, .body = "password=demo-password&new_password=another-password"});
  const auto fresh = Enter("demo", "another-password");
  BOOST_TEST(List(fresh).size() == 1u);
  Owner().Run("UPDATE sessions SET expiry = now()");
  BOOST_TEST(List(fresh).empty());
  const auto last = Enter("demo", "another-password");
  Logout({.token = last});  // clears away
  BOOST_TEST(Owner().One("SELECT count(*) FROM sessions") == "0");
}

BOOST_AUTO_TEST_SUITE_END()
