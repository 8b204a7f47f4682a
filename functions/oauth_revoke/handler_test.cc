// Without a database; with one: functions/shared/oauth/flows.

#include "functions/shared/accounts/testing/server.h"
#include "host/function/function.h"

namespace {

host::Response Call(const std::string& body,
                    const std::string& type = "application/x-www-form-urlencoded") {
  accounts::testing::Server server({.function = "oauth_revoke", .database_away = true});
  return server.Call(function::Handle,
                     {.method = "POST", .headers = {{"content-type", type}}, .body = body});
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_is_no_form_is_told_in_the_words_of_oauth) {
  for (const auto& answer : {Call("{}", "application/json"), Call("a=%"), Call("a=1&a=1")}) {
    BOOST_TEST(answer.status() == 400);
    BOOST_TEST(answer.header("content-type").value() == "application/json");
    BOOST_TEST(answer.header("cache-control").value() == "no-store");
    BOOST_TEST(answer.body().find("\"error\":\"invalid_request\"") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(while_the_database_is_away_the_answer_is_503) {
  const auto answer = Call("client_id=app-x&token=x");
  BOOST_TEST(answer.status() == 503);
  BOOST_TEST(answer.header("retry-after").value() == "1");
}
