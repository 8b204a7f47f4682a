#include <nlohmann/json.hpp>
#include <set>

#include "functions/shared/accounts/flows/flows.h"

using accounts::flows::Site;
using accounts::testing::AddUser;
using nlohmann::json;

namespace {

// The target of the Link of that relation, as a query; empty when there is none.
std::string Target(const host::Response& answer, const std::string& rel) {
  const std::string links(answer.header("link").value_or(""));
  const size_t end = links.find(">; rel=\"" + rel + "\"");
  if (end == std::string::npos) return "";
  const size_t question = links.rfind('?', end);
  return links.substr(question + 1, end - question - 1);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(admin_users, Site)

BOOST_AUTO_TEST_CASE(an_operator_makes_users) {
  const auto made =
      AdminCreate({.token = admin, .body = "username=de+mo&password=long+enough", .key = "k"});
  BOOST_TEST(made.status() == 201);
  const json user = json::parse(made.body());
  BOOST_TEST(user.size() == 3u);
  BOOST_TEST(made.header("location").value() == "/admin/users/" + user["id"].dump() + "/");
  BOOST_TEST(
      AdminCreate({.token = admin, .body = "username=de+mo&password=long+enough", .key = "k"})
          .body() == made.body());
  BOOST_TEST(
      AdminCreate({.token = admin, .body = "username=de+mo&password=long+enough"}).status() == 409);
  BOOST_TEST(AdminCreate({.token = admin, .body = "username=x"}).status() == 422);
  Enter("de mo", "long enough");
}

BOOST_AUTO_TEST_CASE(a_user_is_found_by_id_and_by_name_and_an_id_comes_first) {
  const auto id = std::to_string(AddUser("demo"));
  BOOST_TEST(AdminGet("demo").body() == AdminGet(id).body());
  BOOST_TEST(AdminGet("demo").header("etag").has_value());
  AddUser(id);  // somebody else's id as a name
  BOOST_TEST(json::parse(AdminGet(id).body())["username"] == "demo");
  AddUser("123456789");
  BOOST_TEST(json::parse(AdminGet("123456789").body())["username"] == "123456789");
  for (const std::string none : {"nobody", "99999999999999999999", "-1", "0"}) {
    BOOST_TEST(AdminGet(none).status() == 404);
  }
}

BOOST_AUTO_TEST_CASE(d3_a_deleted_user_is_refused_everywhere_and_deleting_again_is_fine) {
  Add("demo");
  const auto token = Enter("demo");
  BOOST_TEST(AdminDelete("demo", {{"if-match", "\"other\""}}).status() == 412);
  BOOST_TEST(AdminDelete("demo").status() == 204);
  Later();
  BOOST_TEST(Me({.token = token}).status() == 401);
  BOOST_TEST(AdminGet("demo").status() == 404);
  BOOST_TEST(AdminDelete("demo").status() == 204);
  BOOST_TEST(AdminDelete("0").status() == 204);
}

BOOST_AUTO_TEST_CASE(deleting_an_id_again_spares_the_user_of_that_name) {
  const auto id = std::to_string(AddUser("demo"));
  const auto named = std::to_string(AddUser(id));
  BOOST_TEST(AdminDelete(id).status() == 204);
  BOOST_TEST(AdminDelete(id).status() == 204);
  BOOST_TEST(json::parse(AdminGet(named).body())["username"] == id);
  BOOST_TEST(AdminDelete(named).status() == 204);
  BOOST_TEST(AdminGet(named).status() == 404);
  AddUser("99999999999999999999");  // more than an id can be
  BOOST_TEST(AdminDelete("99999999999999999999").status() == 204);
  BOOST_TEST(AdminGet("99999999999999999999").status() == 200);
}

BOOST_AUTO_TEST_CASE(pages_show_each_user_once_in_both_directions) {
  for (int i = 0; i < 25; ++i) AddUser("user" + std::to_string(i));
  std::vector<json> pages;
  std::vector<host::Response> answers{AdminList("limit=10")};
  for (;;) {
    BOOST_TEST(answers.back().status() == 200);
    pages.push_back(json::parse(answers.back().body()));
    const auto next = Target(answers.back(), "next");
    if (next.empty()) break;
    answers.push_back(AdminList(next));
  }
  BOOST_REQUIRE(pages.size() == 3u);
  std::set<int64_t> ids;
  for (const auto& page : pages) {
    for (const auto& user : page) ids.insert(user["id"].get<int64_t>());
  }
  BOOST_TEST(ids.size() == 25u);
  BOOST_TEST(Target(answers[0], "prev") == "");
  const auto back = AdminList(Target(answers[2], "prev"));
  BOOST_TEST(back.body() == answers[1].body());
  const auto first = AdminList(Target(back, "prev"));
  BOOST_TEST(first.body() == answers[0].body());
  BOOST_TEST(Target(first, "prev") == "");
  BOOST_TEST(Target(first, "next") != "");
  BOOST_TEST(json::parse(AdminList("").body()).size() == 20u);
}

BOOST_AUTO_TEST_SUITE_END()
