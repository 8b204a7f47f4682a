#include <nlohmann/json.hpp>

#include "functions/shared/accounts/flows/flows.h"

using accounts::flows::Sent;
using accounts::flows::Site;
using accounts::testing::Owner;
using nlohmann::json;

namespace {

constexpr char kChange[] = "password=demo-password&new_password=another-password";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(own_account, Site)

BOOST_AUTO_TEST_CASE(d3_a_new_password_ends_all_sessions_and_opens_new_ones) {
  Add("demo");
  const auto token = Enter("demo");
  const auto other = Enter("demo");
  BOOST_TEST(Password({.token = token, .body = kChange}).status() == 204);
  const auto fresh = Enter("demo", "another-password");
  Later();
  BOOST_TEST(Me({.token = token}).status() == 401);
  BOOST_TEST(Me({.token = other}).status() == 401);
  BOOST_TEST(Me({.token = fresh}).status() == 200);
  BOOST_TEST(Login({.body = "username=demo&password=demo-password"}).status() == 401);
}

BOOST_AUTO_TEST_CASE(a_repeated_change_is_answered_although_its_password_is_old_by_then) {
  Add("demo");
  const auto token = Enter("demo");
  BOOST_TEST(Password({.token = token, .body = kChange, .key = "k"}).status() == 204);
  Later();
  BOOST_TEST(Password({.token = token, .body = kChange, .key = "k"}).status() == 204);
  BOOST_TEST(
      Password(
          {.token = token, .body = "password=demo-password&new_password=a-third-one", .key = "k"})
          .status() == 422);
  BOOST_TEST(Password({.token = token, .body = kChange}).status() == 401);
}

BOOST_AUTO_TEST_CASE(d7_the_present_password_is_needed_and_cannot_be_guessed_at_speed) {
  Add("demo");
  const auto token = Enter("demo");
  BOOST_TEST(
      Password({.token = token, .body = "password=a-guess&new_password=mine-now"}).status() == 403);
  Owner().Run("UPDATE login_failures SET failures = failures + 9");
  BOOST_TEST(Password({.token = token, .body = kChange}).status() == 429);
}

BOOST_AUTO_TEST_CASE(a_known_key_does_not_help_to_guess_the_new_password_at_speed) {
  Add("demo");
  const auto token = Enter("demo");
  BOOST_TEST(Password({.token = token, .body = kChange, .key = "k"}).status() == 204);
  Later();  // the token is refused by now
  const Sent guess{.token = token, .body = "password=x&new_password=a-wrong-guess", .key = "k"};
  for (int i = 0; i < 10; ++i) BOOST_TEST(Password(guess).status() == 422);
  BOOST_TEST(Password(guess).status() == 429);
  BOOST_TEST(Password({.token = token, .body = kChange, .key = "k"}).status() == 429);
}

BOOST_AUTO_TEST_CASE(d3_a_deleted_user_is_gone_with_its_thoughts_tokens_and_stored_answers) {
  SignUp({.body = "username=demo&password=demo-password"});
  const auto token = Enter("demo");
  const auto id = std::to_string(json::parse(Me({.token = token}).body())["id"].get<int64_t>());
  Owner().Query("INSERT INTO thoughts (user_id, username, text) VALUES ($1, 'demo', 'a thought')",
                {id});
  BOOST_TEST(DeleteMe({.token = token, .id = "nginx-1"}).status() == 204);
  BOOST_TEST(Owner().One("SELECT count(*) FROM users") == "0");
  BOOST_TEST(Owner().One("SELECT count(*) FROM thoughts") == "0");
  BOOST_TEST(Owner().One("SELECT count(*) FROM request_keys") == "1");  // of the deletion itself
  BOOST_TEST(Owner().One("SELECT count(*) FROM login_failures WHERE kind = 'account'") == "0");
  BOOST_TEST(User("demo").status() == 404);
  BOOST_TEST(Me({.token = token}).status() == 401);
  Later();
  BOOST_TEST(DeleteMe({.token = token, .id = "nginx-1"}).status() == 204);
  BOOST_TEST(DeleteMe({.token = token}).status() == 401);
  BOOST_TEST(Login({.body = "username=demo&password=demo-password"}).status() == 401);
}

BOOST_AUTO_TEST_CASE(if_match_guards_the_deletion) {
  Add("demo");
  const auto token = Enter("demo");
  const std::string etag(Me({.token = token}).header("etag").value());
  BOOST_TEST(DeleteMe({.token = token, .headers = {{"if-match", "\"other\""}}}).status() == 412);
  BOOST_TEST(DeleteMe({.token = token, .headers = {{"if-match", "W/" + etag}}}).status() == 412);
  BOOST_TEST(DeleteMe({.token = token, .headers = {{"if-match", etag}}}).status() == 204);
}

BOOST_AUTO_TEST_CASE(the_export_holds_everything_but_the_hash) {
  const auto id = std::to_string(Add("demo"));
  Add("other");
  const auto token = Enter("demo");
  BOOST_TEST(json::parse(Export({.token = token}).body())["thoughts"] == json::array());
  Owner().Query(
      "INSERT INTO thoughts (user_id, username, text) VALUES ($1, 'demo', 'one \"1\"'), ($1, "
      "'demo', 'two')",
      {id});
  const auto answer = Export({.token = token});
  BOOST_TEST(answer.status() == 200);
  BOOST_TEST(answer.header("cache-control").value() == "private, no-store");
  BOOST_TEST(answer.body().find("scrypt") == std::string::npos);
  const json everything = json::parse(answer.body());
  BOOST_TEST(everything["user"]["username"] == "demo");
  BOOST_TEST(everything["user"]["scopes"].size() == 3u);
  BOOST_REQUIRE(everything["thoughts"].size() == 2u);
  BOOST_TEST(everything["thoughts"][0]["text"] == "one \"1\"");
  BOOST_TEST(everything["thoughts"][0].size() == 4u);
  BOOST_TEST(everything["thoughts"][0]["timestamp"].get<std::string>().size() == 26u);
}

BOOST_AUTO_TEST_SUITE_END()
