// Without a database; with one: functions/shared/thoughts/flows.

#include "functions/shared/accounts/testing/server.h"
#include "host/function/function.h"

namespace {

host::Response Call(const std::string& query, const std::string& id = "7") {
  accounts::testing::Server server({.function = "thought_get", .database_away = true});
  return server.Call(function::Handle,
                     {.query_string = query, .route = {{"id", id}, {"username", "u"}}});
}

}  // namespace

BOOST_AUTO_TEST_CASE(while_the_database_is_away_the_answer_is_503) {
  const auto answer = Call("");
  BOOST_TEST(answer.status() == 503);
  BOOST_TEST(answer.header("retry-after").value() == "1");
}

BOOST_AUTO_TEST_CASE(an_id_beyond_all_numbers_is_not_there) {
  BOOST_TEST(Call("", "99999999999999999999").status() == 404);
}
