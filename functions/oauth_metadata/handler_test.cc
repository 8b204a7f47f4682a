#include "functions/shared/accounts/testing/server.h"
#include "host/function/function.h"

BOOST_AUTO_TEST_CASE(metadata_names_one_issuer_and_no_more_than_what_works) {
  accounts::testing::Server server({.function = "oauth_metadata", .database_away = true});
  const auto answer = server.Call(function::Handle, {});
  BOOST_TEST(answer.status() == 200);
  BOOST_TEST(answer.header("content-type").value() == "application/json");
  for (const char* part :
       {R"("issuer":"http://localhost:8080")",
        R"("token_endpoint":"http://localhost:8080/oauth/token")",
        R"("jwks_uri":"http://localhost:8080/.well-known/jwks.json")",
        R"("authorization_response_iss_parameter_supported":true)",
        R"("code_challenge_methods_supported":["S256"])", R"("response_types_supported":["code"])",
        R"("id_token_signing_alg_values_supported":["ES256"])"}) {
    BOOST_TEST(answer.body().find(part) != std::string::npos, part << "\n" << answer.body());
  }
  for (const char* part : {"implicit", "\"password\"", "plain", "admin"}) {
    BOOST_TEST(answer.body().find(part) == std::string::npos, part);
  }
}
