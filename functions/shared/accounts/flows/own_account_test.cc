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
  FailedJustNow(9);
  BOOST_TEST(Password({.token = token, .body = kChange}).status() == 429);
}

BOOST_AUTO_TEST_CASE(a_known_key_does_not_help_to_guess_the_new_password_at_speed) {
  Add("demo");
  const auto token = Enter("demo");
  BOOST_TEST(Password({.token = token, .body = kChange, .key = "k"}).status() == 204);
  Later();  // the token is refused by now
  const Sent guess{.token = token, .body = "password=x&new_password=a-wrong-guess", .key = "k"};
  for (int i = 0; i < 10; ++i) BOOST_TEST(Password(guess).status() == 422);
  FailedJustNow();
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

// Where a text stands in the schema: "table.column (rows)" of every column that holds it.
std::string WhereIs(const std::string& text) {
  std::string places;
  for (const auto& column : Owner().Query(
           "SELECT table_name, column_name FROM information_schema.columns JOIN "
           "information_schema.tables USING (table_schema, table_name) WHERE table_schema = "
           "'public' AND table_type = 'BASE TABLE' ORDER BY 1, 2")) {
    const auto rows = Owner().One("SELECT count(*) FROM \"" + *column[0] +
                                      "\" WHERE position($1 IN \"" + *column[1] + "\"::text) > 0",
                                  {text});
    if (rows != "0") places += *column[0] + "." + *column[1] + " (" + rows + ") ";
  }
  return places;
}

BOOST_AUTO_TEST_CASE(a_deleted_user_stands_in_no_table_of_the_schema) {
  const std::string name = "unheard-of name";
  Owner().Run("ALTER TABLE users ALTER id RESTART WITH 7600123");
  SignUp({.body = "username=unheard-of+name&password=demo-password", .key = "sign-up"});
  Login({.body = "username=unheard-of+name&password=wrong-password"});
  const auto token = Enter(name);
  const auto other = Enter(name);
  const std::string id = "7600123";
  BOOST_REQUIRE(Owner().One("SELECT id FROM users") == id);
  MakeToken({.token = token, .body = "name=x&scopes=profile", .key = "token"});
  Owner().Query("INSERT INTO thoughts (user_id, username, text) VALUES ($1, $2, 'a thought')",
                {id, name});
  Owner().Run(
      "INSERT INTO oauth_clients (id, name, auth_method, redirect_uris, grant_types, scopes, "
      "registered_from) VALUES ('app', 'App', 'none', '{}', '{}', '{}', '')");
  Owner().Query(
      "INSERT INTO oauth_grants (id, client_id, user_id, scopes, auth_time_s, seed, creation) "
      "VALUES ('grant', 'app', $1, '{profile}', 1, sha256('x'), now())",
      {id});
  Owner().Query("INSERT INTO oauth_consents VALUES ($1, 'app', '{profile}')", {id});
  Owner().Query(
      "INSERT INTO oauth_codes (hash, client_id, user_id, redirect_uri, challenge, scopes, nonce, "
      "auth_time_s) VALUES (sha256('x'), 'app', $1, '', '', '{}', '', 1)",
      {id});
  Owner().Query(
      "INSERT INTO oauth_device_codes (hash, user_code_hash, client_id, scopes, state, user_id) "
      "VALUES (sha256('x'), sha256('y'), 'app', '{}', 'allowed', $1)",
      {id});
  Owner().Query(
      "INSERT INTO imported_users (old_id, user_id, digest, epoch_ms) VALUES (1, $1, 2, 3)", {id});
  const auto jti = Owner().One("SELECT min(id) FROM sessions");
  const auto personal = Owner().One("SELECT id FROM personal_tokens");
  for (const std::string& text : {name, id, jti, personal}) BOOST_TEST(WhereIs(text) != "", text);
  // Every table that knows users has a row of this one: else the test would prove nothing for it.
  for (const auto& table : Owner().Query(
           "SELECT table_name FROM information_schema.columns JOIN information_schema.tables USING "
           "(table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE' "
           "AND column_name = 'user_id'")) {
    BOOST_TEST(
        Owner().One("SELECT count(*) > 0 FROM \"" + *table[0] + "\" WHERE user_id = " + id) == "t",
        *table[0] << " has no row of the user: add one to this test");
  }

  BOOST_TEST(DeleteMe({.token = token}).status() == 204);
  BOOST_TEST(WhereIs(name) == "");
  BOOST_TEST(WhereIs(jti) == "");
  BOOST_TEST(WhereIs(personal) == "");
  // The number alone, which is never used again: what refuses the user's tokens while they could
  // live, and what answers a repeat of this very request for a day.
  BOOST_TEST(WhereIs(id) == "request_keys.owner (1) revocations.subject (1) ");
  BOOST_TEST(Me({.token = other}).status() == 401);
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
  BOOST_REQUIRE(everything["sessions"].size() == 1u);
  BOOST_TEST(everything["sessions"][0]["network"] == "192.0.2.0/24");
  BOOST_TEST(everything["tokens"] == json::array());
  BOOST_TEST(everything["apps"] == json::array());
  BOOST_REQUIRE(everything["thoughts"].size() == 2u);
  BOOST_TEST(everything["thoughts"][0]["text"] == "one \"1\"");
  BOOST_TEST(everything["thoughts"][0].size() == 4u);
  BOOST_TEST(everything["thoughts"][0]["timestamp"].get<std::string>().size() == 26u);
}

BOOST_AUTO_TEST_SUITE_END()
