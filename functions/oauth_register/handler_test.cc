// Without a database; with one: functions/shared/oauth/flows.

#include "functions/shared/accounts/testing/server.h"
#include "host/function/function.h"

namespace {

host::Response Call(const std::string& body) {
  accounts::testing::Server server({.function = "oauth_register", .database_away = true});
  return server.Call(
      function::Handle,
      {.method = "POST", .headers = {{"content-type", "application/json"}}, .body = body});
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_in_the_words_of_oauth) {
  const auto answer = Call(R"({"redirect_uris":["javascript:alert"]})");
  BOOST_TEST(answer.status() == 400);
  BOOST_TEST(answer.header("content-type").value() == "application/json");
  BOOST_TEST(answer.body().find("\"error\":\"invalid_redirect_uri\"") != std::string::npos);
  BOOST_TEST(Call("").body().find("\"error\":\"invalid_client_metadata\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(while_the_database_is_away_the_answer_is_503) {
  BOOST_TEST(Call(R"({"redirect_uris":["https://app.example/back"]})").status() == 503);
}
