// Without a database; with one: functions/shared/thoughts/flows.

#include "functions/shared/accounts/testing/server.h"
#include "host/function/function.h"

namespace {

host::Response Call(const std::string& token, const std::string& body = "text=x") {
  accounts::testing::Server server(
      {.function = "my_thought_update", .scope = "thoughts:write", .database_away = true});
  host::RequestParts parts{.method = "PATCH", .route = {{"id", "7"}}, .body = body};
  parts.headers["content-type"] = "application/x-www-form-urlencoded";
  if (!token.empty()) parts.headers["authorization"] = token;
  return server.Call(function::Handle, parts);
}

}  // namespace

BOOST_AUTO_TEST_CASE(without_a_token_the_answer_is_401) {
  BOOST_TEST(Call("").status() == 401);
  BOOST_TEST(Call("Bearer x").status() == 401);
}

BOOST_AUTO_TEST_CASE(without_its_scope_the_answer_is_403) {
  BOOST_TEST(Call(accounts::testing::Bearer(7, "u", {"profile"})).status() == 403);
}

BOOST_AUTO_TEST_CASE(while_the_database_is_away_the_answer_is_503) {
  const auto answer = Call(accounts::testing::Bearer(7, "u", {"thoughts:write"}));
  BOOST_TEST(answer.status() == 503);
  BOOST_TEST(answer.header("retry-after").value() == "1");
}
