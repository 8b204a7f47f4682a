// How tokens are given, told and taken back.

#include <thread>

#include "functions/shared/oauth/device.h"
#include "functions/shared/oauth/flows/flows.h"
#include "functions/shared/session/base64url.h"

using namespace oauth::flows;
using oauth::testing::Add;
using oauth::testing::ConfidentialClient;
using oauth::testing::kSecret;
using oauth::testing::PublicClient;

namespace {

nlohmann::json Part(const std::string& token, int part) {
  size_t begin = 0;
  for (int i = 0; i < part; ++i) begin = token.find('.', begin) + 1;
  const auto end = token.find('.', begin);
  return nlohmann::json::parse(
      session::DecodeBase64Url(token.substr(begin, end - begin)).value_or("null"));
}

struct World : Site {
  Told Refresh(const std::string& token) {
    return Token(
        {{"grant_type", "refresh_token"}, {"refresh_token", token}, {"client_id", app.id}});
  }

  const oauth::Client app = Add(PublicClient());
  const oauth::Client server = Add(ConfidentialClient());
  const std::string basic = server.id + ":" + kSecret;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(tokens, World)

BOOST_AUTO_TEST_CASE(d6_an_answer_is_200_with_what_clients_read) {
  const auto told = Token(CodeForm(app));
  BOOST_TEST(told.status == 200);
  BOOST_TEST(told.response.header("content-type").value() == "application/json");
  BOOST_TEST(told.response.header("cache-control").value() == "no-store");
  BOOST_TEST(told.response.header("pragma").value() == "no-cache");
  BOOST_TEST(told["token_type"] == "Bearer");
  BOOST_TEST(told.json.at("expires_in") == 900);
  BOOST_TEST(told["scope"] == "openid profile thoughts:read");
  BOOST_TEST(told["refresh_token"].size() == 43u);

  const auto header = Part(told["access_token"], 0);
  BOOST_TEST(header.at("typ") == "at+jwt");
  const auto claims = Part(told["access_token"], 1);
  BOOST_TEST(claims.at("sub") == std::to_string(user_));
  BOOST_TEST(claims.at("aud") == "http://localhost:8080");
  BOOST_TEST(claims.at("client_id") == app.id);
  BOOST_TEST(claims.at("scope") == "openid profile thoughts:read");

  const auto id = Part(told["id_token"], 1);
  BOOST_TEST(id.at("aud") == app.id);
  BOOST_TEST(id.at("sub") == std::to_string(user_));
  BOOST_TEST(id.at("nonce") == "n-1");
  BOOST_TEST(id.at("auth_time") == 1700000000);
}

BOOST_AUTO_TEST_CASE(d6_no_token_is_an_empty_text) {
  auto client = PublicClient();
  client.grant_types = {oauth::kAuthorizationCode};
  const auto told = Token(CodeForm(Add(client), {"thoughts:read"}));
  BOOST_TEST(told.status == 200);
  BOOST_TEST(!told.json.contains("refresh_token"));
  BOOST_TEST(!told.json.contains("id_token"));
}

BOOST_AUTO_TEST_CASE(a_token_says_who_the_user_is_and_is_told_active) {
  const auto told = Token(CodeForm(app));
  const auto user = Userinfo(told["access_token"]);
  BOOST_TEST(user.status == 200);
  BOOST_TEST(user["sub"] == std::to_string(user_));
  BOOST_TEST(Userinfo(told["id_token"]).status == 401);
  BOOST_TEST(Userinfo(told["refresh_token"]).status == 401);

  const auto state = Introspect({{"token", told["access_token"]}}, basic);
  BOOST_TEST(state.json.at("active") == true);
  BOOST_TEST(state["client_id"] == app.id);
  BOOST_TEST(state["username"] == user["name"]);
  BOOST_TEST(state["scope"] == "openid profile thoughts:read");
  for (const std::string& other : {told["id_token"], told["refresh_token"], std::string("x"),
                                   accounts::testing::Bearer(user_, "u").substr(7)}) {
    BOOST_TEST(Introspect({{"token", other}}, basic).response.body() == R"({"active":false})");
  }
  BOOST_TEST(Introspect({{"token", "x"}, {"client_id", app.id}}, "").status == 403);
}

BOOST_AUTO_TEST_CASE(who_asks_is_told_at_once_that_a_token_was_ended) {
  const auto active = [&](const Told& told) {
    return Introspect({{"token", told["access_token"]}}, basic).json.at("active") == true;
  };
  const auto one = Token(CodeForm(app));
  const auto family = Token(CodeForm(app));
  const auto of_user = Token(CodeForm(app));
  const auto own = Token({{"grant_type", "client_credentials"}}, basic);
  for (const auto& told : {one, family, of_user, own}) BOOST_TEST(active(told));
  Revoke({{"token", one["access_token"]}, {"client_id", app.id}});
  BOOST_TEST(!active(one));
  Revoke({{"token", family["refresh_token"]}, {"client_id", app.id}});
  BOOST_TEST(!active(family));
  accounts::testing::Owner().Query(
      "UPDATE users SET epoch_ms = ceil(extract(epoch FROM clock_timestamp()) * 1000) WHERE id = "
      "$1",
      {std::to_string(user_)});
  BOOST_TEST(!active(of_user));
  BOOST_TEST(active(own));
}

BOOST_AUTO_TEST_CASE(a_client_sees_its_own_refresh_tokens) {
  const auto told = Token(CodeForm(server), basic);
  const auto state = Introspect({{"token", told["refresh_token"]}}, basic);
  BOOST_TEST(state.json.at("active") == true);
  BOOST_TEST(state["sub"] == std::to_string(user_));
  BOOST_TEST(state.json.at("exp").get<long>() - state.json.at("iat").get<long>() == 30 * 86400);
}

BOOST_AUTO_TEST_CASE(d4_sixteen_refreshes_at_once_are_all_answered_with_the_same_successor) {
  const auto first = Token(CodeForm(app))["refresh_token"];
  std::vector<Told> told(16);
  std::vector<std::thread> threads;
  for (auto& one : told) threads.emplace_back([&] { one = Refresh(first); });
  for (auto& thread : threads) thread.join();
  for (const auto& one : told) {
    BOOST_TEST(one.status == 200);
    BOOST_TEST(one["refresh_token"] == told[0]["refresh_token"]);
  }
  BOOST_TEST(Refresh(told[0]["refresh_token"]).status == 200);
  // By now the first one can only be a copy.
  const auto copy = Refresh(first);
  BOOST_TEST(copy.status == 400);
  BOOST_TEST(copy["error"] == "invalid_grant");
  Later();
  for (const auto& one : told) BOOST_TEST(Userinfo(one["access_token"]).status == 401);
}

BOOST_AUTO_TEST_CASE(d4_one_code_from_16_threads_gets_exactly_one_answer) {
  const auto form = CodeForm(app);
  std::vector<Told> told(16);
  std::vector<std::thread> threads;
  for (auto& one : told) threads.emplace_back([&] { one = Token(form); });
  for (auto& thread : threads) thread.join();
  BOOST_TEST(std::ranges::count(told, 200, &Told::status) == 1);
  Later();
  for (const auto& one : told) {
    if (one.status == 200) BOOST_TEST(Userinfo(one["access_token"]).status == 401);
  }
}

BOOST_AUTO_TEST_CASE(a_code_that_nginx_sends_again_is_answered_again) {
  const auto form = CodeForm(app);
  const auto first = Token(form, "", "0123456789abcdef");
  const auto again = Token(form, "", "0123456789abcdef");
  BOOST_TEST(again.status == 200);
  BOOST_TEST(again["refresh_token"] == first["refresh_token"]);
  Later();
  BOOST_TEST(Userinfo(first["access_token"]).status == 200);
  BOOST_TEST(Userinfo(again["access_token"]).status == 200);
}

BOOST_AUTO_TEST_CASE(d6_revocation_answers_200_with_an_empty_object) {
  const auto told = Token(CodeForm(app));
  for (const std::string& token :
       {told["refresh_token"], told["refresh_token"], std::string("unknown"), told["id_token"]}) {
    const auto revoked = Revoke({{"token", token}, {"client_id", app.id}});
    BOOST_TEST(revoked.status == 200);
    BOOST_TEST(revoked.response.body() == "{}");
    BOOST_TEST(revoked.response.header("content-type").value() == "application/json");
  }
  BOOST_TEST(Refresh(told["refresh_token"])["error"] == "invalid_grant");
  Later();
  BOOST_TEST(Userinfo(told["access_token"]).status == 401);
}

BOOST_AUTO_TEST_CASE(an_access_token_is_revoked_alone) {
  const auto told = Token(CodeForm(app));
  BOOST_TEST(Revoke({{"token", told["access_token"]}, {"client_id", app.id}}).status == 200);
  Later();
  BOOST_TEST(Userinfo(told["access_token"]).status == 401);
  BOOST_TEST(Refresh(told["refresh_token"]).status == 200);
}

BOOST_AUTO_TEST_CASE(nobody_revokes_the_tokens_of_another) {
  const auto told = Token(CodeForm(app));
  for (const std::string& token : {told["refresh_token"], told["access_token"],
                                   accounts::testing::Bearer(user_, "u").substr(7)}) {
    BOOST_TEST(Revoke({{"token", token}}, basic)["error"] == "unauthorized_client");
  }
  Later();
  BOOST_TEST(Userinfo(told["access_token"]).status == 200);
  BOOST_TEST(Refresh(told["refresh_token"]).status == 200);
}

BOOST_AUTO_TEST_CASE(a_client_without_a_user_gets_a_token_that_is_no_users) {
  const auto told = Token({{"grant_type", "client_credentials"}}, basic);
  BOOST_TEST(told.status == 200);
  BOOST_TEST(told["scope"] == "thoughts:read");
  BOOST_TEST(!told.json.contains("refresh_token"));
  BOOST_TEST(Part(told["access_token"], 1).at("sub") == server.id);
  BOOST_TEST(Userinfo(told["access_token"]).status == 403);
  const auto state = Introspect({{"token", told["access_token"]}}, basic);
  BOOST_TEST(state["sub"] == server.id);
  BOOST_TEST(!state.json.contains("username"));
  BOOST_TEST(Token({{"grant_type", "client_credentials"}, {"scope", "thoughts:write"}},
                   basic)["error"] == "invalid_scope");
  BOOST_TEST(Token({{"grant_type", "client_credentials"}, {"client_id", app.id}})["error"] ==
             "unauthorized_client");
}

BOOST_AUTO_TEST_CASE(a_device_gets_its_tokens_when_its_user_agreed) {
  const auto begun = Device({{"client_id", app.id}, {"scope", "openid thoughts:read"}});
  BOOST_TEST(begun.status == 200);
  BOOST_TEST(begun["verification_uri"] == "http://localhost:8080/oauth/device");
  BOOST_TEST(begun["verification_uri_complete"] ==
             "http://localhost:8080/oauth/device?user_code=" + begun["user_code"]);
  BOOST_TEST(begun.json.at("interval") == 5);
  const Form poll{{"grant_type", oauth::kDeviceCode},
                  {"device_code", begun["device_code"]},
                  {"client_id", app.id}};
  BOOST_TEST(Token(poll)["error"] == "authorization_pending");
  BOOST_TEST(Token(poll)["error"] == "slow_down");
  oauth::testing::WithDatabase([&](host::db::Database& db) {
    BOOST_TEST(oauth::DecideDevice(db, begun["user_code"], user_, true));
  });
  const auto told = Token(poll);
  BOOST_TEST(told.status == 200);
  BOOST_TEST(told["scope"] == "openid thoughts:read");
  BOOST_TEST(Userinfo(told["access_token"])["sub"] == std::to_string(user_));
  BOOST_TEST(Part(told["id_token"], 1).at("aud") == app.id);
  BOOST_TEST(Refresh(told["refresh_token"]).status == 200);
}

BOOST_AUTO_TEST_CASE(what_is_no_token_request_is_told_why) {
  const auto error = [&](const Form& form) { return Token(form)["error"]; };
  BOOST_TEST(error({}) == "invalid_request");
  BOOST_TEST(error({{"grant_type", "password"}}) == "unsupported_grant_type");
  BOOST_TEST(error({{"grant_type", "authorization_code"}, {"client_id", app.id}}) ==
             "invalid_request");
  BOOST_TEST(error({{"grant_type", "refresh_token"}, {"client_id", app.id}}) == "invalid_request");
  auto without = CodeForm(app);
  without.pop_back();
  BOOST_TEST(error(without) == "invalid_request");
}

BOOST_AUTO_TEST_SUITE_END()
