// Without a database; with one: functions/shared/accounts/flows.

#include "functions/shared/accounts/testing/door.h"
#include "host/function/function.h"

BOOST_AUTO_TEST_CASE(asks_for_a_session) {
  accounts::testing::CheckDoor(function::Handle, "me_sessions_delete");
}

BOOST_AUTO_TEST_CASE(says_when_the_database_is_away) {
  accounts::testing::CheckDatabaseAway(function::Handle, "me_sessions_delete");
}
