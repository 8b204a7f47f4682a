// Without a database; with one: functions/shared/accounts/flows.

#include "functions/shared/accounts/testing/door.h"
#include "host/function/function.h"

BOOST_AUTO_TEST_CASE(asks_for_a_token_with_its_scope) {
  accounts::testing::CheckDoor(function::Handle, "me_password");
}

BOOST_AUTO_TEST_CASE(says_when_the_database_is_away) {
  accounts::testing::CheckDatabaseAway(function::Handle, "me_password",
                                       "password=present1&new_password=next-one");
}

BOOST_AUTO_TEST_CASE(missing_fields_and_broken_rules_are_all_named) {
  const auto answer = accounts::testing::CallWithoutDatabase(
      function::Handle, "me_password", accounts::testing::Bearer(7, "u"), "new_password=short");
  BOOST_TEST(answer.status() == 422);
  BOOST_TEST(answer.body().find("\"field\":\"password\"") != std::string::npos);
  BOOST_TEST(answer.body().find("\"field\":\"new_password\"") != std::string::npos);
}
