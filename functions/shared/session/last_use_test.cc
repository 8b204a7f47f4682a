#include "functions/shared/session/last_use.h"

#include <boost/test/unit_test.hpp>

using session::LastUse;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(a_use_is_written_once_a_minute) {
  LastUse uses;
  const host::SteadyTime start{1h};
  BOOST_TEST(uses.IsDue("a", start));
  BOOST_TEST(!uses.IsDue("a", start + 59s));
  BOOST_TEST(uses.IsDue("b", start + 59s));
  BOOST_TEST(uses.IsDue("a", start + 60s));
  BOOST_TEST(!uses.IsDue("a", start + 61s));
}

BOOST_AUTO_TEST_CASE(tokens_that_are_not_used_any_more_are_forgotten) {
  LastUse uses;
  host::SteadyTime now{1h};
  for (int i = 0; i < 1000; ++i) uses.IsDue(std::to_string(i), now);
  now += 60s;
  uses.IsDue("last", now);
  BOOST_TEST(uses.size() == 1u);
}
