// Without a database; with one: functions/shared/accounts/flows.

#include "functions/shared/accounts/testing/server.h"
#include "host/function/function.h"

namespace {

host::Response Call(const std::string& username) {
  accounts::testing::Server server({.function = "user_get", .database_away = true});
  return server.Call(function::Handle, {.route = {{"username", username}}});
}

}  // namespace

BOOST_AUTO_TEST_CASE(names_that_nobody_can_have_are_404_without_asking_the_database) {
  for (const std::string& name : {std::string(" a"), std::string("a\tb"), std::string(51, 'x')}) {
    BOOST_TEST(Call(name).status() == 404);
  }
}

BOOST_AUTO_TEST_CASE(while_the_database_is_away_the_answer_is_503) {
  BOOST_TEST(Call("demo").status() == 503);
}
