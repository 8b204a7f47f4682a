#include <nlohmann/json.hpp>

#include "functions/shared/accounts/flows/flows.h"
#include "functions/shared/session/token.h"

using accounts::flows::Sent;
using accounts::flows::Site;
using accounts::testing::Owner;
using nlohmann::json;

namespace {

struct Phone : Site {
  Phone() {
    Owner().Run("TRUNCATE oauth_clients CASCADE");
    Owner().Run(
        "INSERT INTO oauth_clients (id, name, auth_method, redirect_uris, grant_types, scopes, "
        "registered_from) SELECT 'app-' || i, 'App ' || i, 'none', '{}', '{}', '{}', '' "
        "FROM generate_series(1, 2) i");
    user = Add("demo");
    session = Enter("demo");
  }
  void Allow(const std::string& client, const std::string& grant) {
    Owner().Query(
        "INSERT INTO oauth_grants (id, client_id, user_id, scopes, auth_time_s, seed, creation) "
        "VALUES ($1, $2, $3, '{thoughts:read,profile}', 1, sha256('x'), clock_timestamp())",
        {grant, client, std::to_string(user)});
    Owner().Query("INSERT INTO oauth_consents VALUES ($1, $2, '{profile,openid}')",
                  {std::to_string(user), client});
  }
  std::string AccessToken(const std::string& client, const std::string& grant) const {
    session::Claims claims;
    claims.user_id = user;
    claims.username = "demo";
    claims.scopes = {"profile"};
    claims.client_id = client;
    claims.grant = grant;
    return accounts::testing::Bearer(session::TokenKind::kAccess, claims);
  }
  json List() { return json::parse(Apps({.token = session}).body()); }

  int64_t user = 0;
  std::string session;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(own_apps, Phone)

BOOST_AUTO_TEST_CASE(an_app_is_listed_with_all_that_it_was_allowed) {
  BOOST_TEST(List().empty());
  Allow("app-2", "g2");
  Allow("app-1", "g1");
  const auto list = List();
  BOOST_REQUIRE(list.size() == 2u);
  BOOST_TEST(list[0]["client_id"] == "app-1");
  BOOST_TEST(list[0]["name"] == "App 1");
  BOOST_TEST(list[0]["scopes"] == "openid profile thoughts:read");
  BOOST_TEST(list[0]["last_use"].is_string());
  BOOST_TEST(json::parse(Export({.token = session}).body())["apps"].size() == 2u);
}

BOOST_AUTO_TEST_CASE(d3_an_app_that_is_disconnected_is_refused_within_a_second) {
  Allow("app-1", "g1");
  Allow("app-2", "g2");
  const auto token = AccessToken("app-1", "g1");
  const auto other = AccessToken("app-2", "g2");
  BOOST_TEST(Me({.token = token}).status() == 200);
  BOOST_TEST(DeleteApp("none", {.token = session}).status() == 404);
  BOOST_TEST(DeleteApp("app-1", {.token = token}).status() == 403);  // an app is no session
  BOOST_TEST(DeleteApp("app-1", {.token = session, .id = "n1"}).status() == 204);
  BOOST_TEST(DeleteApp("app-1", {.token = session, .id = "n1"}).status() == 204);
  Later();
  BOOST_TEST(Me({.token = token}).status() == 401);
  BOOST_TEST(Me({.token = other}).status() == 200);
  BOOST_REQUIRE(List().size() == 1u);
  BOOST_TEST(List()[0]["client_id"] == "app-2");
}

BOOST_AUTO_TEST_CASE(an_app_whose_grant_a_new_password_ended_stays_by_its_consent_alone) {
  Allow("app-1", "g1");
  Password({.token = session, .body = "password=demo-password&new_password=another-password"});
  session = Enter("demo", "another-password");
  BOOST_REQUIRE(List().size() == 1u);
  BOOST_TEST(List()[0]["scopes"] == "openid profile");
  BOOST_TEST(List()[0]["last_use"].is_null());
}

BOOST_AUTO_TEST_SUITE_END()
