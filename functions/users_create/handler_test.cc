// Without a database; with one: functions/shared/accounts/flows.

#include "functions/shared/accounts/testing/server.h"
#include "host/function/function.h"

namespace {

host::Response Call(const std::string& body,
                    const std::string& type = "application/x-www-form-urlencoded") {
  accounts::testing::Server server({.function = "users_create", .database_away = true});
  return server.Call(function::Handle,
                     {.method = "POST", .headers = {{"content-type", type}}, .body = body});
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_broken_rules_are_named) {
  const auto answer = Call("username=+x%09&password=short");
  BOOST_TEST(answer.status() == 422);
  BOOST_TEST(answer.body().find("space at its start or end") != std::string::npos);
  BOOST_TEST(answer.body().find("cannot be seen") != std::string::npos);
  BOOST_TEST(answer.body().find("fewer than 8 bytes") != std::string::npos);
  BOOST_TEST(Call("").status() == 422);
}

BOOST_AUTO_TEST_CASE(while_the_database_is_away_the_answer_is_503) {
  const auto answer = Call("username=demo&password=demo-password");
  BOOST_TEST(answer.status() == 503);
  BOOST_TEST(answer.header("retry-after").value() == "1");
  BOOST_TEST(
      Call(R"({"username":"demo","password":"demo-password"})", "application/json").status() ==
      503);
}
