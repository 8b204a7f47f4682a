#include <nlohmann/json.hpp>

#include "functions/shared/accounts/flows/flows.h"

using accounts::flows::Sent;
using accounts::flows::Site;
using accounts::testing::Owner;
using nlohmann::json;

namespace {

constexpr char kWanted[] = "name=backup+script&scopes=profile+thoughts%3Aread&expires_in_days=366";

struct Programs : Site {
  Programs() {
    Add("demo");
    session = Enter("demo");
  }
  json Make(const std::string& body = kWanted) {
    const auto answer = MakeToken({.token = session, .body = body});
    BOOST_REQUIRE(answer.status() == 201);
    return json::parse(answer.body());
  }
  json List() { return json::parse(Tokens({.token = session}).body()); }
  static std::string Bearer(const json& made) {
    return "Bearer " + made["token"].get<std::string>();
  }
  std::string session;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(own_tokens, Programs)

BOOST_AUTO_TEST_CASE(a_token_is_shown_once_and_does_what_its_scopes_say) {
  const auto answer = MakeToken({.token = session, .body = kWanted});
  BOOST_TEST(answer.status() == 201);
  BOOST_TEST(answer.header("cache-control").value() == "private, no-store");
  const auto made = json::parse(answer.body());
  BOOST_TEST(answer.header("location").value() ==
             "/api/me/tokens/" + made["id"].get<std::string>() + "/");
  BOOST_TEST(made["name"] == "backup script");
  BOOST_TEST(made["scopes"] == "thoughts:read profile");
  BOOST_TEST(Me({.token = Bearer(made)}).status() == 200);
  BOOST_TEST(List()[0].contains("token") == false);
  BOOST_TEST(Owner().One("SELECT count(*) FROM request_keys WHERE body LIKE '%eyJ%'") == "0");
  BOOST_TEST(Owner().One("SELECT round(extract(epoch FROM expiry - creation) / 86400) "
                         "FROM personal_tokens") == "366");
}

BOOST_AUTO_TEST_CASE(d2_a_personal_token_never_manages_the_account) {
  const auto token = Bearer(Make());
  BOOST_TEST(Export({.token = token}).status() == 403);
  BOOST_TEST(DeleteMe({.token = token}).status() == 403);
  BOOST_TEST(Logout({.token = token}).status() == 403);
  BOOST_TEST(Tokens({.token = token}).status() == 403);
  BOOST_TEST(MakeToken({.token = token, .body = kWanted}).status() == 403);
  BOOST_TEST(Me({.token = Bearer(Make("name=x&scopes=thoughts:read"))}).status() == 403);
}

BOOST_AUTO_TEST_CASE(every_broken_rule_of_a_wanted_token_is_listed) {
  const auto bad = MakeToken(
      {.token = session, .body = R"({"name":"\u0007","scopes":"admin","expires_in_days":367})"});
  BOOST_TEST(bad.status() == 422);
  BOOST_TEST(bad.problem()->errors.size() == 3u);
  for (const std::string body :
       {"name=x", "scopes=profile", "name=&scopes=profile",
        "name=x&scopes=", "name=x&scopes=account", "name=x&scopes=openid",
        "name=x&scopes=profile&expires_in_days=0", "name=x&scopes=profile&expires_in_days=x"}) {
    BOOST_TEST(MakeToken({.token = session, .body = body}).status() == 422, body);
  }
  BOOST_TEST(Make("name=x&scopes=profile")["last_use"].is_null());
  BOOST_TEST(Owner().One("SELECT expiry - creation = interval '90 days' FROM personal_tokens") ==
             "t");
}

BOOST_AUTO_TEST_CASE(a_token_has_no_right_that_its_session_lacks) {
  Owner().Run("UPDATE users SET scopes = '{profile,admin}'");
  session = Enter("demo");
  BOOST_TEST(MakeToken({.token = session, .body = "name=x&scopes=thoughts:read"}).status() == 422);
  BOOST_TEST(MakeToken({.token = session, .body = "name=x&scopes=admin"}).status() == 422);
}

BOOST_AUTO_TEST_CASE(a_repeat_gets_the_same_token_signed_anew) {
  const Sent sent{.token = session, .body = kWanted, .key = "k"};
  const auto one = json::parse(MakeToken(sent).body());
  const auto two = json::parse(MakeToken(sent).body());
  BOOST_TEST(one["id"] == two["id"]);
  BOOST_TEST(List().size() == 1u);
  BOOST_TEST(Me({.token = Bearer(two)}).status() == 200);
  Sent other = sent;
  other.body = "name=y&scopes=profile";
  BOOST_TEST(MakeToken(other).status() == 422);
  DeleteToken(one["id"], {.token = session});
  BOOST_TEST(MakeToken(sent).status() == 410);
}

BOOST_AUTO_TEST_CASE(the_last_use_is_noted_without_a_write_for_each_request) {
  const auto token = Bearer(Make());
  BOOST_TEST(List()[0]["last_use"].is_null());
  BOOST_TEST(Me({.token = token}).status() == 200);
  const auto first = List()[0]["last_use"];
  BOOST_TEST(first.is_string());
  Me({.token = token});
  BOOST_TEST(List()[0]["last_use"] == first);
  Owner().Run("UPDATE personal_tokens SET last_use = last_use - interval '2 minutes'");
  const auto older = List()[0]["last_use"];
  Me({.token = token});
  BOOST_TEST(List()[0]["last_use"] == older);  // this worker wrote within the minute
  Later(std::chrono::minutes(1));
  Me({.token = token});
  BOOST_TEST(List()[0]["last_use"] != older);
}

BOOST_AUTO_TEST_CASE(d3_a_deleted_token_is_refused_within_a_second) {
  const auto made = Make();
  const auto other = Make();
  Add("other");
  const auto stranger = Enter("other");
  BOOST_TEST(DeleteToken(made["id"], {.token = stranger}).status() == 404);
  BOOST_TEST(DeleteToken(made["id"], {.token = session, .id = "n1"}).status() == 204);
  BOOST_TEST(DeleteToken(made["id"], {.token = session, .id = "n1"}).status() == 204);
  Later();
  BOOST_TEST(Me({.token = Bearer(made)}).status() == 401);
  BOOST_TEST(Me({.token = Bearer(other)}).status() == 200);
  BOOST_TEST(List().size() == 1u);
}

BOOST_AUTO_TEST_CASE(d3_a_new_password_and_a_deletion_end_tokens_for_as_long_as_they_could_live) {
  const auto token = Bearer(Make());
  Password({.token = session, .body = "password=demo-password&new_password=another-password"});
  Later();
  BOOST_TEST(Me({.token = token}).status() == 401);
  const std::string kDays =
      "SELECT floor(extract(epoch FROM max(until) - now()) / 86400) FROM revocations";
  BOOST_TEST(Owner().One(kDays) == "366");
  Owner().Run("DELETE FROM revocations");
  session = Enter("demo", "another-password");
  Make();
  BOOST_TEST(DeleteMe({.token = session}).status() == 204);
  BOOST_TEST(Owner().One(kDays) == "366");
}

BOOST_AUTO_TEST_CASE(a_user_has_100_tokens_at_most) {
  Owner().Run(
      "INSERT INTO personal_tokens SELECT i, id, 'x', '{profile}', now(), now() FROM users, "
      "generate_series(1, 100) i");
  BOOST_TEST(MakeToken({.token = session, .body = kWanted}).status() == 409);
}

BOOST_AUTO_TEST_SUITE_END()
