// The OAuth endpoints that machines ask, each with every answer that /api/openapi.json documents:
// tests/openapi looks at what they say. How they work together: tests/oauth_clients.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/e2e/mint.h"
#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(openapi_oauth)

using e2e::Public;
using nlohmann::json;

namespace {

struct Client {
  std::string id, secret;
  std::string Fields() const {
    return "client_id=" + e2e::Encode(id) +
           (secret.empty() ? "" : "&client_secret=" + e2e::Encode(secret));
  }
};

Client Register(json metadata) {
  auto answer = e2e::PostJson(Public("/oauth/register"), metadata.dump());
  while (answer.status == 429 && answer.header("retry-after") == "1") {  // five a second
    std::this_thread::sleep_for(std::chrono::seconds(1));
    answer = e2e::PostJson(Public("/oauth/register"), metadata.dump());
  }
  BOOST_REQUIRE_MESSAGE(answer.status == 201, answer.body);
  const auto said = e2e::Json(answer);
  return {said.at("client_id"), said.value("client_secret", "")};
}

constexpr char kDevice[] = "urn:ietf:params:oauth:grant-type:device_code";

Client Server() { return Register({{"grant_types", {"client_credentials"}}}); }
Client Device() {
  return Register({{"grant_types", {kDevice}}, {"token_endpoint_auth_method", "none"}});
}

void CheckError(const e2e::Answer& answer, int status, const std::string& error) {
  BOOST_TEST(answer.status == status, answer.status << answer.body);
  BOOST_TEST(e2e::Json(answer).value("error", "") == error);
}

std::string Token(const Client& client) {
  const auto answer =
      e2e::PostForm(Public("/oauth/token"), client.Fields() + "&grant_type=client_credentials");
  BOOST_REQUIRE_MESSAGE(answer.status == 200, answer.body);
  return e2e::Json(answer).at("access_token");
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_client_that_is_no_good_is_refused_by_every_endpoint) {
  const Client device = Device();
  for (const char* path : {"/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/device"}) {
    BOOST_TEST_CONTEXT(path) {
      CheckError(e2e::PostForm(Public(path), "token=x&grant_type=refresh_token&client_id=nobody"),
                 401, "invalid_client");
      CheckError(e2e::PostForm(Public(path), device.Fields() + "&token=x&token=x"), 400,
                 "invalid_request");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_client_gets_a_token_has_it_looked_at_and_ends_it) {
  const Client server = Server();
  const auto token = Token(server);
  const auto ask = [&](const char* path) {
    return e2e::PostForm(Public(path), server.Fields() + "&token=" + token);
  };
  BOOST_TEST(e2e::Json(ask("/oauth/introspect")).value("active", false));
  BOOST_TEST(ask("/oauth/revoke").status == 200);
  const auto ended = ask("/oauth/introspect");
  BOOST_TEST(ended.status == 200);
  BOOST_TEST(!e2e::Json(ended).value("active", true));
  CheckError(e2e::PostForm(Public("/oauth/introspect"), Device().Fields() + "&token=" + token), 403,
             "unauthorized_client");
}

BOOST_AUTO_TEST_CASE(a_device_gets_codes_and_is_told_to_wait) {
  const Client device = Device();
  const auto codes = e2e::PostForm(Public("/oauth/device"), device.Fields());
  BOOST_TEST(codes.status == 200);
  const std::string code = e2e::Json(codes).at("device_code");
  CheckError(e2e::PostForm(Public("/oauth/token"), device.Fields() +
                                                       "&grant_type=" + e2e::Encode(kDevice) +
                                                       "&device_code=" + e2e::Encode(code)),
             400, "authorization_pending");
}

BOOST_AUTO_TEST_CASE(metadata_of_a_client_that_cannot_be_are_refused) {
  CheckError(
      e2e::PostJson(Public("/oauth/register"), R"({"redirect_uris": ["http://a.example/"]})"), 400,
      "invalid_redirect_uri");
}

BOOST_AUTO_TEST_CASE(an_access_token_tells_whose_it_is_by_get_and_post) {
  e2e::Mint mint;
  const auto token = mint.Bearer(session::TokenKind::kAccess, {"openid", "profile"});
  for (const char* method : {"GET", "POST"}) {
    const auto answer = e2e::Send({.method = method,
                                   .url = Public("/oauth/userinfo"),
                                   .headers = {"Authorization: " + token}});
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(!e2e::Json(answer).value("name", "").empty());
  }
}

BOOST_AUTO_TEST_CASE(keys_and_metadata_are_there_for_everybody) {
  BOOST_TEST(!e2e::Json(e2e::Get(Public("/.well-known/jwks.json"))).at("keys").empty());
  const auto one = e2e::Get(Public("/.well-known/oauth-authorization-server"));
  BOOST_TEST(e2e::Json(one).value("issuer", "") == Public(""));
  BOOST_TEST(one.body == e2e::Get(Public("/.well-known/openid-configuration")).body);
}

BOOST_AUTO_TEST_SUITE_END()
