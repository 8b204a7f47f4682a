// Without a database; with one: functions/shared/accounts/flows.

#include "functions/shared/accounts/testing/server.h"
#include "host/function/function.h"

namespace {

host::Response Call(const std::string& body,
                    const std::string& type = "application/x-www-form-urlencoded") {
  accounts::testing::Server server({.function = "login", .database_away = true});
  return server.Call(function::Handle,
                     {.method = "POST", .headers = {{"content-type", type}}, .body = body});
}

}  // namespace

BOOST_AUTO_TEST_CASE(missing_fields_are_all_named) {
  const auto answer = Call("other=1");
  BOOST_TEST(answer.status() == 422);
  BOOST_TEST(answer.body().find("\"field\":\"username\"") != std::string::npos);
  BOOST_TEST(answer.body().find("\"field\":\"password\"") != std::string::npos);
  BOOST_TEST(Call("").status() == 422);
  BOOST_TEST(Call(R"({"username":7,"password":["x"]})", "application/json").status() == 422);
}

BOOST_AUTO_TEST_CASE(bodies_that_cannot_be_read_are_refused) {
  BOOST_TEST(Call("{", "application/json").status() == 400);
  BOOST_TEST(Call("<a/>", "text/xml").status() == 415);
}

BOOST_AUTO_TEST_CASE(while_the_database_is_away_the_answer_is_503) {
  const auto answer = Call("username=demo&password=demo-password");
  BOOST_TEST(answer.status() == 503);
  BOOST_TEST(answer.header("retry-after").value() == "1");
  BOOST_TEST(
      Call(R"({"username":"demo","password":"demo-password"})", "application/json").status() ==
      503);
}
