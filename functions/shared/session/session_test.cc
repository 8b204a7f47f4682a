#include "functions/shared/session/session.h"

#include <chrono>
#include <thread>

#include "functions/shared/accounts/testing/server.h"
#include "functions/shared/session/deny_list.h"

using accounts::testing::Bearer;
using accounts::testing::Owner;
using accounts::testing::Server;
using session::TokenKind;
using namespace std::chrono_literals;

namespace {

host::Response WhoAmI(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  return host::Response::Text(200, "text/plain",
                              std::to_string(caller->user_id) + " " + caller->username);
}

host::Response SignedOnly(const host::Request& request, host::Context& context) {
  const auto caller = session::Signed(request, context);
  return caller ? host::Response::NoContent() : host::Response::From(caller.error());
}

host::RequestParts With(const std::string& authorization, const std::string& method = "GET") {
  return {.method = method, .headers = {{"authorization", authorization}}};
}

session::Claims OfApp(const std::vector<std::string>& scopes) {
  session::Claims claims;
  claims.user_id = 7;
  claims.username = "u";
  claims.scopes = scopes;
  claims.client_id = "app-1";
  claims.grant = "grant-1";
  return claims;
}

// A clock of the test's own: real time, moved ahead by hand.
struct MovedClock : host::Clock {
  host::SteadyTime Steady() const override { return host::Clock::Steady() + ahead; }
  std::chrono::milliseconds ahead{0};
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_tokens_user_is_the_caller) {
  Server server({.function = "test"});
  const std::string token = Bearer(7, "J\u00fcrgen");
  BOOST_TEST(server.Call(WhoAmI, With(token)).body() == "7 J\u00fcrgen");
  BOOST_TEST(server.Call(WhoAmI, With("bEARER  " + token.substr(7))).status() == 200);
}

BOOST_AUTO_TEST_CASE(without_a_token_the_challenge_has_no_error_code) {
  Server server({.function = "test"});
  for (const std::string header : {"", "Basic dTpw", "Bear", "Bearerx"}) {
    const auto answer = server.Call(WhoAmI, With(header));
    BOOST_TEST(answer.status() == 401);
    BOOST_TEST(answer.header("www-authenticate").value() == "Bearer realm=\"thoughts\"");
  }
  BOOST_TEST(server.Call(WhoAmI, {}).status() == 401);
}

BOOST_AUTO_TEST_CASE(a_bad_token_is_named_invalid) {
  Server server({.function = "test"});
  for (const std::string& header : {std::string("Bearer"), std::string("Bearer x"),
                                    Bearer(7, "u") + "x", Bearer(7, "u") + ", " + Bearer(8, "v")}) {
    const auto answer = server.Call(WhoAmI, With(header));
    BOOST_TEST(answer.status() == 401);
    BOOST_TEST(answer.header("www-authenticate").value() ==
               "Bearer realm=\"thoughts\", error=\"invalid_token\"");
  }
}

BOOST_AUTO_TEST_CASE(a_scope_that_is_missing_is_named) {
  Server server({.function = "test", .scope = "admin"});
  const auto answer = server.Call(WhoAmI, With(Bearer(7, "u")));
  BOOST_TEST(answer.status() == 403);
  BOOST_TEST(answer.header("www-authenticate").value() ==
             "Bearer realm=\"thoughts\", error=\"insufficient_scope\", scope=\"admin\"");
  BOOST_TEST(server.Call(WhoAmI, With(Bearer(7, "u", {"profile", "admin"}))).status() == 200);
  BOOST_TEST(server.Call(WhoAmI, With(Bearer(7, "u", {"administrator"}))).status() == 403);
}

BOOST_AUTO_TEST_CASE(d3_an_ended_token_is_refused_within_a_second_in_another_process) {
  MovedClock clock;
  Server ending({.function = "logout"});
  Server other({.function = "test", .clock = &clock});
  const std::string token = Bearer(7, "u");
  const std::string twin = Bearer(7, "u");
  BOOST_TEST(other.Call(WhoAmI, With(token)).status() == 200);
  ending.Call(
      [](const host::Request& request, host::Context& context) {
        session::RevokeToken(context.db(), session::Caller(request, context).value());
        return host::Response::NoContent();
      },
      With(token, "POST"));
  clock.ahead = session::DenyList::kStale;
  BOOST_TEST(other.Call(WhoAmI, With(token)).status() == 401);
  BOOST_TEST(other.Call(WhoAmI, With(twin)).status() == 200);
  BOOST_TEST(other.Call(SignedOnly, With(token, "POST")).status() == 204);
}

BOOST_AUTO_TEST_CASE(d3_an_ended_user_is_refused_with_all_tokens_until_the_next_log_in) {
  MovedClock clock;
  Server server({.function = "test", .clock = &clock});
  const std::string one = Bearer(70, "u");
  const std::string two = Bearer(70, "u");
  server.Call(
      [](const host::Request&, host::Context& context) {
        session::RevokeUser(context.db(), 70);
        return host::Response::NoContent();
      },
      {.method = "POST"});
  clock.ahead = 1s;
  BOOST_TEST(server.Call(WhoAmI, With(one)).status() == 401);
  BOOST_TEST(server.Call(WhoAmI, With(two)).status() == 401);
  BOOST_TEST(server.Call(WhoAmI, With(Bearer(71, "v"))).status() == 200);
  std::this_thread::sleep_for(2ms);  // the epoch's millisecond
  BOOST_TEST(server.Call(WhoAmI, With(Bearer(70, "u"))).status() == 200);
}

BOOST_AUTO_TEST_CASE(a_log_out_that_commits_late_is_heard_all_the_same) {
  MovedClock clock;
  Server server({.function = "test", .clock = &clock});
  const std::string token = Bearer(7, "late");
  // The row is stamped ten seconds before others see it.
  Owner().Run(
      "INSERT INTO revocations (kind, subject, until) VALUES ('token', 'x', now() + interval '1 "
      "h')");
  BOOST_TEST(server.Call(WhoAmI, With(token)).status() == 200);
  std::string jti;
  server.Call(
      [&](const host::Request& request, host::Context& context) {
        jti = session::Signed(request, context)->jti;
        return host::Response::NoContent();
      },
      With(token));
  Owner().Query(
      "INSERT INTO revocations (kind, subject, until, at) VALUES ('token', $1, now() + interval '1 "
      "h', "
      "clock_timestamp() - interval '10 s')",
      {jti});
  clock.ahead = 1s;
  BOOST_TEST(server.Call(WhoAmI, With(token)).status() == 401);
}

BOOST_AUTO_TEST_CASE(without_the_database_reads_go_on_and_writes_are_refused) {
  Server server({.function = "test", .database_away = true});
  const std::string token = Bearer(7, "u");
  for (const std::string method : {"GET", "HEAD"}) {
    BOOST_TEST(server.Call(WhoAmI, With(token, method)).status() == 200);
  }
  for (const std::string method : {"POST", "PUT", "PATCH", "DELETE"}) {
    const auto answer = server.Call(WhoAmI, With(token, method));
    BOOST_TEST(answer.status() == 503);
    BOOST_TEST(answer.header("retry-after").value() == "1");
  }
  BOOST_TEST(server.Call(WhoAmI, With("Bearer x", "POST")).status() == 401);
}

BOOST_AUTO_TEST_CASE(an_issued_token_is_as_old_as_it_was_told) {
  Server server({.function = "login"});
  const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
  std::string token;
  server.Call(
      [&](const host::Request&, host::Context& context) {
        token = session::Issue({9, "nine", {"profile"}, now_ms}, context);
        return host::Response::NoContent();
      },
      {});
  BOOST_TEST(server.Call(WhoAmI, With("Bearer " + token)).body() == "9 nine");
  server.Call(
      [&](const host::Request& request, host::Context& context) {
        const auto identity = session::Signed(request, context);
        BOOST_TEST(identity->expires_s == now_ms / 1000 + 24 * 60 * 60);
        return host::Response::NoContent();
      },
      With("Bearer " + token));
}

BOOST_AUTO_TEST_CASE(d2_access_and_personal_tokens_come_in_with_their_scope_alone) {
  Server server({.function = "test", .scope = "profile"});
  for (const TokenKind kind : {TokenKind::kAccess, TokenKind::kPersonal}) {
    const auto good = server.Call(WhoAmI, With(Bearer(kind, OfApp({"profile"}))));
    BOOST_TEST(good.body() == "7 u");
    const auto poor = server.Call(WhoAmI, With(Bearer(kind, OfApp({"thoughts:read"}))));
    BOOST_TEST(poor.status() == 403);
  }
  const auto id = server.Call(WhoAmI, With(Bearer(TokenKind::kId, OfApp({"profile"}))));
  BOOST_TEST(id.status() == 401);
  auto elsewhere = OfApp({"profile"});
  elsewhere.audience = "http://elsewhere";
  BOOST_TEST(server.Call(WhoAmI, With(Bearer(TokenKind::kAccess, elsewhere))).status() == 401);
}

BOOST_AUTO_TEST_CASE(d2_account_and_admin_are_scopes_of_sessions_alone) {
  Server account({.function = "test", .scope = "account"});
  Server admin({.function = "test", .scope = "admin"});
  BOOST_TEST(account.Call(WhoAmI, With(Bearer(7, "u", {}))).status() == 200);
  for (const TokenKind kind : {TokenKind::kAccess, TokenKind::kPersonal}) {
    const auto token = Bearer(kind, OfApp({"account", "admin", "profile"}));
    const auto answer = account.Call(WhoAmI, With(token));
    BOOST_TEST(answer.status() == 403);
    BOOST_TEST(answer.header("www-authenticate").value() ==
               "Bearer realm=\"thoughts\", error=\"insufficient_scope\", scope=\"account\"");
    BOOST_TEST(admin.Call(WhoAmI, With(token)).status() == 403);
  }
}

BOOST_AUTO_TEST_CASE(d2_a_clients_own_token_is_no_users) {
  for (const std::string scope : {"", "thoughts:read"}) {
    Server server({.function = "test", .scope = scope});
    auto claims = OfApp({"thoughts:read"});
    claims.user_id = 0;
    const auto answer = server.Call(WhoAmI, With(Bearer(TokenKind::kAccess, claims)));
    BOOST_TEST(answer.status() == 403);
    BOOST_TEST(answer.header("www-authenticate")->find("insufficient_scope") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(d3_a_revoked_grant_ends_its_access_tokens_within_a_second) {
  MovedClock clock;
  Server server({.function = "test", .clock = &clock});
  auto claims = OfApp({"profile"});
  claims.grant = "grant-to-end";
  const auto token = Bearer(TokenKind::kAccess, claims);
  const auto other = Bearer(TokenKind::kAccess, OfApp({"profile"}));
  BOOST_TEST(server.Call(WhoAmI, With(token)).status() == 200);
  server.Call(
      [](const host::Request&, host::Context& context) {
        session::RevokeGrant(context.db(), "grant-to-end");
        return host::Response::NoContent();
      },
      {.method = "POST"});
  clock.ahead = session::DenyList::kStale;
  BOOST_TEST(server.Call(WhoAmI, With(token)).status() == 401);
  BOOST_TEST(server.Call(WhoAmI, With(other)).status() == 200);
}

BOOST_AUTO_TEST_CASE(issued_access_and_id_tokens_say_what_they_are) {
  Server server({.function = "token"});
  const int64_t now_ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
  server.Call(
      [&](const host::Request&, host::Context& context) {
        const auto access = session::IssueAccess({.user_id = 7,
                                                  .username = "u",
                                                  .scopes = {"profile", "admin", "account"},
                                                  .issued_ms = now_ms,
                                                  .client_id = "app-1",
                                                  .grant = "g",
                                                  .auth_time_s = 5},
                                                 context);
        const auto identity = session::CheckToken(access, context);
        BOOST_REQUIRE(identity.has_value());
        BOOST_TEST(identity->scopes == std::vector<std::string>{"profile"});
        BOOST_TEST(identity->client_id == "app-1");
        BOOST_TEST(identity->grant == "g");
        BOOST_TEST((identity->kind == TokenKind::kAccess));
        BOOST_TEST(identity->expires_s == now_ms / 1000 + 15 * 60);

        const auto own = session::IssueAccess(
            {.username = "", .scopes = {}, .issued_ms = now_ms, .client_id = "app-1", .grant = ""},
            context);
        BOOST_TEST(session::CheckToken(own, context)->user_id == 0);

        const auto id = session::IssueId({.user_id = 7,
                                          .username = "u",
                                          .issued_ms = now_ms,
                                          .client_id = "app-1",
                                          .nonce = "n"},
                                         context);
        BOOST_TEST(session::CheckToken(id, context).error().status == 401);
        BOOST_TEST(session::CheckToken("x", context).error().status == 401);

        session::RevokeToken(context.db(), *identity);
        return host::Response::NoContent();
      },
      {});
}
