// Without a database; with one: functions/shared/accounts/flows.

#include "functions/shared/accounts/testing/door.h"
#include "host/function/function.h"

BOOST_AUTO_TEST_CASE(asks_for_a_token_with_its_scope) {
  accounts::testing::CheckDoor(function::Handle, "admin_users_list");
}

BOOST_AUTO_TEST_CASE(says_when_the_database_is_away) {
  accounts::testing::CheckDatabaseAway(function::Handle, "admin_users_list");
}

BOOST_AUTO_TEST_CASE(wrong_parameters_are_named) {
  const auto admin = accounts::testing::Bearer(7, "u", {"admin"});
  for (const std::string query :
       {"limit=0", "limit=101", "limit=x", "limit=", "cursor=x", "cursor=", "cursor=Pi0x"}) {
    const auto answer = accounts::testing::CallWithoutDatabase(function::Handle, "admin_users_list",
                                                               admin, "", query);
    BOOST_TEST(answer.status() == 422, query);
  }
}
