#include "functions/shared/front/testing/page.h"

using front::testing::CheckAway;
using front::testing::PageWithoutApi;
using front::testing::SendWithoutApi;

BOOST_AUTO_TEST_CASE(a_guest_has_nothing_to_end) {
  for (const auto& page :
       {PageWithoutApi({.path = "/logout/"}), SendWithoutApi("/logout/", "form=x")}) {
    BOOST_TEST(page.status() == 303);
    BOOST_TEST(page.header("location").value_or("") == "/");
  }
}

BOOST_AUTO_TEST_CASE(while_the_api_is_away_the_page_says_so) {
  CheckAway(PageWithoutApi({.path = "/logout/", .headers = {{"cookie", "session=x"}}}));
}
