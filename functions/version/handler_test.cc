// Without a database; with one: functions/shared/accounts/flows.

#include "functions/shared/accounts/testing/door.h"
#include "host/function/function.h"

BOOST_AUTO_TEST_CASE(asks_for_a_token_with_its_scope) {
  accounts::testing::CheckDoor(function::Handle, "version");
}

BOOST_AUTO_TEST_CASE(tells_commit_and_version_without_the_database) {
  const auto answer = accounts::testing::CallWithoutDatabase(
      function::Handle, "version", accounts::testing::Bearer(7, "u", {"admin"}));
  BOOST_TEST(answer.status() == 200);
  BOOST_TEST(answer.body() == R"({"commit":"0123abc","version":"1.2.3"})");
}
