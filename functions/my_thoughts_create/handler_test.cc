// Without a database; with one: functions/shared/thoughts/flows.

#include "functions/shared/accounts/testing/door.h"
#include "host/function/function.h"

BOOST_AUTO_TEST_CASE(asks_for_a_token_with_its_scope) {
  accounts::testing::CheckDoor(function::Handle, "my_thoughts_create");
}

BOOST_AUTO_TEST_CASE(says_when_the_database_is_away) {
  accounts::testing::CheckDatabaseAway(function::Handle, "my_thoughts_create", "text=x");
}
