#include "functions/shared/oauth/authorize.h"

#include "functions/shared/oauth/scopes.h"
#include "functions/shared/oauth/testing/clients.h"

using oauth::AuthorizeFault;
using oauth::AuthorizeRequest;
using namespace oauth::testing;

namespace {

struct World {
  const oauth::Client client = Add(PublicClient());
  const std::string query =
      "response_type=code&client_id=" + client.id +
      "&redirect_uri=https%3A%2F%2Fapp.example%2Fback&code_challenge=" + kChallenge +
      "&code_challenge_method=S256";

  std::expected<AuthorizeRequest, AuthorizeFault> Check(const std::string& text) {
    std::expected<AuthorizeRequest, AuthorizeFault> result;
    WithDatabase([&](host::db::Database& db) { result = oauth::CheckAuthorize(text, db); });
    return result;
  }
  // `name=...` of the good query replaced by `with`, or taken out.
  std::string Without(const std::string& name, const std::string& with = "") {
    std::string text = query;
    const size_t at = text.find(name + "=");
    const size_t end = std::min(text.find('&', at), text.size());
    return text.replace(at, end - at, with);
  }
  std::string ErrorOf(const std::string& text) {
    const auto result = Check(text);
    if (result) return "";
    BOOST_TEST(result.error().redirect_uri == "https://app.example/back", text);
    BOOST_TEST(result.error().state == "s t", text);
    return result.error().error;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(authorize, World)

BOOST_AUTO_TEST_CASE(a_good_request_says_what_is_asked_for) {
  const auto result = Check(query +
                            "&scope=openid+email+thoughts%3Awrite&state=a%26b&nonce=n&max_age=60"
                            "&prompt=login+consent&login_hint=demo&unknown=x");
  BOOST_REQUIRE(result.has_value());
  BOOST_TEST(result->client.name == "App");
  BOOST_TEST(oauth::Join(result->scopes) == "openid thoughts:write");
  BOOST_TEST(result->state == "a&b");
  BOOST_TEST(result->nonce == "n");
  BOOST_TEST(result->challenge == kChallenge);
  BOOST_TEST(result->max_age_s.value() == 60);
  BOOST_TEST(result->prompt_login);
  BOOST_TEST(result->prompt_consent);
  BOOST_TEST(!result->prompt_none);
  BOOST_TEST(result->login_hint == "demo");
  BOOST_TEST(result->may_remember);
  BOOST_TEST(oauth::CodeRedirect(*result, "c", "http://localhost:8080") ==
             "https://app.example/back?code=c&state=a%26b&iss=http%3A%2F%2Flocalhost%3A8080");
}

BOOST_AUTO_TEST_CASE(without_scope_all_of_the_clients_are_asked_for) {
  const auto result = Check(query);
  BOOST_REQUIRE(result.has_value());
  BOOST_TEST(result->scopes == client.scopes);
  BOOST_TEST(oauth::CodeRedirect(*result, "c", "http://i") ==
             "https://app.example/back?code=c&iss=http%3A%2F%2Fi");
}

BOOST_AUTO_TEST_CASE(d5_an_unknown_client_or_redirect_uri_is_never_answered_by_redirect) {
  const std::string back = "redirect_uri=";
  std::vector<std::string> bad{
      "",
      "%",
      Without("client_id"),
      Without("client_id", "client_id=unknown"),
      Without("client_id", "client_id=%27%20OR%201%3D1"),
      Without("client_id", "client_id=%C3%BC"),
      query + "&client_id=" + client.id,
      query + "&redirect_uri=https%3A%2F%2Fapp.example%2Fback",
      Without("redirect_uri"),
  };
  for (const char* uri :
       {"https://app.example/back/", "https://app.example/back/more", "https://app.example/",
        "https://app.example/back?x=y", "https://app.example/back#x", "https://app.example/BACK",
        "https://APP.example/back", "https://u@app.example/back", "http://app.example/back",
        "https://app.example@evil.example/back", "https://app.example\\@evil.example/back",
        "https://app.example.evil.example/back", "https://app.example/x/%2e%2e/back",
        "javascript:alert(1)", "//app.example/back", "http://127.0.0.1:80@evil.example/back"}) {
    bad.push_back(Without("redirect_uri", back + host::EncodeComponent(uri)));
  }
  for (const auto& text : bad) {
    const auto result = Check(text);
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().redirect_uri == "", text);
    BOOST_TEST(!result.error().error.empty(), text);
  }
}

BOOST_AUTO_TEST_CASE(other_faults_go_back_to_the_client) {
  const std::string state = "&state=s%20t";
  const std::pair<std::string, const char*> cases[] = {
      {query + "&scope=a&scope=b", "invalid_request"},
      {query + "&request=x", "request_not_supported"},
      {query + "&request_uri=https%3A%2F%2Fx", "request_uri_not_supported"},
      {Without("response_type"), "invalid_request"},
      {Without("response_type", "response_type=token"), "unsupported_response_type"},
      {Without("response_type", "response_type=code+id_token"), "unsupported_response_type"},
      {query + "&response_mode=fragment", "invalid_request"},
      {Without("code_challenge"), "invalid_request"},
      {Without("code_challenge", "code_challenge=short"), "invalid_request"},
      {Without("code_challenge_method"), "invalid_request"},
      {Without("code_challenge_method", "code_challenge_method=plain"), "invalid_request"},
      {query + "&scope=email", "invalid_scope"},
      {query + "&scope=admin", "invalid_scope"},
      {query + "&prompt=none+login", "invalid_request"},
      {query + "&prompt=create", "invalid_request"},
      {query + "&max_age=-1", "invalid_request"},
      {query + "&max_age=1x", "invalid_request"},
      {query + "&nonce=" + std::string(513, 'n'), "invalid_request"},
  };
  for (const auto& [text, error] : cases) BOOST_TEST(ErrorOf(text + state) == error, text);

  const auto result = Check(query + "&scope=email&state=s");
  BOOST_TEST(oauth::ErrorRedirect(result.error(), "http://i") ==
             "https://app.example/back?error=invalid_scope&error_description="
             "The%20client%20may%20have%20none%20of%20these%20scopes.&state=s&iss=http%3A%2F%2Fi");
}

BOOST_AUTO_TEST_CASE(a_client_with_one_redirect_uri_need_not_name_it) {
  auto one = PublicClient();
  one.redirect_uris = {"https://one.example/back?from=us"};
  one = Add(one);
  const auto result = Check("response_type=code&client_id=" + one.id +
                            "&code_challenge=" + kChallenge + "&code_challenge_method=S256");
  BOOST_REQUIRE(result.has_value());
  BOOST_TEST(oauth::CodeRedirect(*result, "c", "http://i") ==
             "https://one.example/back?from=us&code=c&iss=http%3A%2F%2Fi");
}

BOOST_AUTO_TEST_CASE(a_client_that_was_not_registered_for_codes_gets_none) {
  auto other = PublicClient();
  other.grant_types = {oauth::kDeviceCode};
  other = Add(other);
  BOOST_TEST(ErrorOf(Without("client_id", "client_id=" + other.id) + "&state=s%20t") ==
             "unauthorized_client");
}

BOOST_AUTO_TEST_CASE(an_app_on_the_users_device_is_asked_for_each_time) {
  const auto result =
      Check(Without("redirect_uri", "redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fback"));
  BOOST_REQUIRE(result.has_value());
  BOOST_TEST(!result->may_remember);
}

BOOST_AUTO_TEST_CASE(a_code_is_stored_as_its_hash) {
  const auto user = accounts::testing::AddUser("coder");
  std::string code;
  WithDatabase([&](host::db::Database& db) {
    code = oauth::MakeCode(
        db,
        {client.id, user, "https://app.example/back", kChallenge, {"openid", "profile"}, "", 1});
  });
  BOOST_TEST(accounts::testing::Owner().One("SELECT array_to_string(scopes, ' ') FROM oauth_codes "
                                            "WHERE hash = sha256(convert_to($1, 'UTF8'))",
                                            {code}) == "openid profile");
}

BOOST_AUTO_TEST_SUITE_END()
