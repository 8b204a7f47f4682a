#include "functions/shared/oauth/registration.h"

#include <boost/test/unit_test.hpp>

#include "functions/shared/oauth/scopes.h"

using oauth::ParseRegistration;

namespace {

std::string ErrorOf(const std::string& json) {
  const auto client = ParseRegistration(json);
  return client ? "" : client.error().error;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_mobile_app_is_registered_with_what_it_says) {
  const auto client = ParseRegistration(R"({
    "client_name": "Pocket Thoughts", "client_uri": "https://app.example",
    "redirect_uris": ["com.example.app:/back", "http://127.0.0.1/back"],
    "token_endpoint_auth_method": "none", "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"], "scope": "openid thoughts:read email",
    "logo_uri": 7, "contacts": ["x"]})");
  BOOST_REQUIRE(client.has_value());
  BOOST_TEST(client->name == "Pocket Thoughts");
  BOOST_TEST(client->uri == "https://app.example");
  BOOST_TEST(!client->confidential);
  BOOST_TEST(oauth::Join(client->redirect_uris) == "com.example.app:/back http://127.0.0.1/back");
  BOOST_TEST(oauth::Join(client->scopes) == "openid thoughts:read");
}

BOOST_AUTO_TEST_CASE(defaults_let_a_client_refresh) {
  const auto client = ParseRegistration(R"({"redirect_uris": ["https://app.example/back"]})");
  BOOST_REQUIRE(client.has_value());
  BOOST_TEST(client->name == "app.example");
  BOOST_TEST(client->confidential);
  BOOST_TEST(client->auth_method == "client_secret_basic");
  BOOST_TEST(oauth::Join(client->grant_types) == "authorization_code refresh_token");
  BOOST_TEST(oauth::Join(client->scopes) ==
             "openid profile thoughts:read thoughts:write offline_access");
}

BOOST_AUTO_TEST_CASE(nobody_registers_for_the_scope_admin) {
  BOOST_TEST(ErrorOf(R"({"redirect_uris":["https://a.example/"],"scope":"admin account"})") ==
             "invalid_client_metadata");
  const auto client = ParseRegistration(
      R"({"redirect_uris":["https://a.example/"],"scope":"admin thoughts:read"})");
  BOOST_REQUIRE(client.has_value());
  BOOST_TEST(oauth::Join(client->scopes) == "thoughts:read");
}

BOOST_AUTO_TEST_CASE(what_a_client_may_not_be_is_refused) {
  for (const std::string json :
       {"", "[]", "7", "{", R"({"redirect_uris":["https://app.example/"]} x)",
        R"({"redirect_uris":"https://app.example/"})", R"({"redirect_uris":[7]})"}) {
    BOOST_TEST(ErrorOf(json) == "invalid_client_metadata", json);
  }
  for (const std::string member :
       {R"("token_endpoint_auth_method":"private_key_jwt")", R"("grant_types":["implicit"])",
        R"("grant_types":["password"])", R"("grant_types":[])", R"("response_types":["token"])",
        R"("grant_types":["client_credentials"],"token_endpoint_auth_method":"none")",
        R"("client_name":"")", R"("client_name":" x")", R"("client_name":"a\u202eb")",
        R"("client_name":"a\nb")", R"("client_name":7)", R"("client_uri":"javascript:x")",
        R"("client_uri":"http://app.example")", R"("scope":["a"])"}) {
    BOOST_TEST(ErrorOf(R"({"redirect_uris":["https://app.example/"],)" + member + "}") ==
                   "invalid_client_metadata",
               member);
  }
  BOOST_TEST(ErrorOf(R"({"redirect_uris":["https://a.example/"],"client_name":")" +
                     std::string(51, 'x') + "\"}") == "invalid_client_metadata");
  BOOST_TEST(ErrorOf(R"({"redirect_uris":["https://a.example/"],"x":)" + std::string(40, '[') +
                     std::string(40, ']') + "}") == "invalid_client_metadata");
}

BOOST_AUTO_TEST_CASE(d5_redirect_uris_with_tricks_are_refused) {
  for (const std::string member :
       {"", "[]", R"(["javascript:alert"])", R"(["https://app.example/","https://x.example/#y"])",
        R"(["https://*.example/"])", R"(["https://user@app.example/"])",
        R"(["https://a/1","https://a/2","https://a/3","https://a/4","https://a/5","https://a/6",)"
        R"("https://a/7","https://a/8","https://a/9","https://a/10","https://a/11"])"}) {
    const std::string json = member.empty() ? "{}" : R"({"redirect_uris":)" + member + "}";
    BOOST_TEST(ErrorOf(json) == "invalid_redirect_uri", json);
  }
}

BOOST_AUTO_TEST_CASE(a_device_needs_no_redirect_uri) {
  const auto client = ParseRegistration(
      R"({"grant_types":["urn:ietf:params:oauth:grant-type:device_code"],
          "token_endpoint_auth_method":"none","client_name":"TV"})");
  BOOST_REQUIRE(client.has_value());
  BOOST_TEST(client->redirect_uris.empty());
}
