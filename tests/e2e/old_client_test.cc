// What existing clients of the old API do, byte for byte. They must never notice the move.

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(old_client)

using e2e::Internal;
using e2e::Json;
using e2e::Keys;
using e2e::Public;
using Names = std::vector<std::string>;

const std::regex kTime("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}");

BOOST_AUTO_TEST_CASE(a_form_login_without_slash_gives_exactly_the_header_value) {
  const auto answer = e2e::PostForm(Public("/api/login"), "username=demo&password=demo-password");
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(answer.header("content-type").starts_with("application/json"));
  BOOST_TEST(std::regex_match(answer.body,
                              std::regex(R"(\{"Authorized": ?"Bearer [A-Za-z0-9_.-]+"\}\s*)")));
}

BOOST_AUTO_TEST_CASE(that_value_posts_a_thought_with_exactly_four_fields) {
  const auto session = e2e::Login("demo", "demo-password");
  const auto answer =
      e2e::PostForm(Public("/api/me/thoughts/"), "text=Posted+by+an+old+client%21", session);
  BOOST_REQUIRE(answer.status == 201);
  const auto thought = Json(answer);
  BOOST_TEST(Keys(thought) == (Names{"id", "text", "timestamp", "username"}));
  BOOST_TEST(thought.at("id").is_number_integer());
  BOOST_TEST(thought.at("username") == "demo");
  BOOST_TEST(thought.at("text") == "Posted by an old client!");
  BOOST_TEST(std::regex_match(thought.at("timestamp").get<std::string>(), kTime));
}

BOOST_AUTO_TEST_CASE(a_search_for_platypus_finds_the_tale) {
  const auto answer = e2e::Get(Public("/api/thoughts/?search=platypus"));
  BOOST_TEST(answer.status == 200);
  bool found = false;
  for (const auto& thought : Json(answer)) {
    BOOST_TEST(Keys(thought) == (Names{"id", "text", "timestamp", "username"}));
    found = found || thought.at("text") == "A tale about a Platypus";
  }
  BOOST_TEST(found);
}

BOOST_AUTO_TEST_CASE(ids_ascend_unless_asked_otherwise) {
  const auto thoughts = Json(e2e::Get(Public("/api/thoughts/")));
  BOOST_REQUIRE(thoughts.is_array());
  BOOST_REQUIRE(thoughts.size() >= 2u);
  for (size_t i = 1; i < thoughts.size(); ++i) {
    BOOST_TEST(thoughts[i - 1].at("id").get<long>() < thoughts[i].at("id").get<long>());
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_id_is_404) {
  E2E_PROBLEM(e2e::Get(Public("/api/thoughts/999999999/")), 404);
}

BOOST_AUTO_TEST_CASE(without_a_token_nothing_is_posted) {
  const auto answer = e2e::PostForm(Public("/api/me/thoughts/"), "text=nobody");
  E2E_PROBLEM(answer, 401);
  BOOST_TEST(answer.header("www-authenticate").starts_with("Bearer"));
}

BOOST_AUTO_TEST_CASE(an_admin_makes_a_user_with_exactly_three_fields) {
  const auto name = e2e::Unique("Ada Lovelace");
  const auto answer = e2e::PostForm(Internal("/admin/users/"),
                                    "username=" + e2e::Encode(name) + "&password=secret+words",
                                    e2e::AdminAuthorization());
  BOOST_TEST(answer.status == 201, answer.body);
  const auto user = Json(answer);
  BOOST_TEST(Keys(user) == (Names{"creation", "id", "username"}));
  BOOST_TEST(user.at("username") == name);
  BOOST_TEST(std::regex_match(user.at("creation").get<std::string>(), kTime));
  BOOST_TEST(!e2e::Login(name, "secret words").empty());
}

BOOST_AUTO_TEST_CASE(admin_routes_do_not_exist_on_the_public_port) {
  const auto admin = e2e::AdminAuthorization();
  E2E_PROBLEM(e2e::Get(Public("/admin/users/"), admin), 404);
  E2E_PROBLEM(e2e::Get(Public("/admin/version/"), admin), 404);
  E2E_PROBLEM(e2e::PostForm(Public("/admin/users/"), "username=x&password=12345678", admin), 404);
  E2E_PROBLEM(e2e::Delete(Public("/admin/thoughts/1/"), admin), 404);
}

BOOST_AUTO_TEST_SUITE_END()
