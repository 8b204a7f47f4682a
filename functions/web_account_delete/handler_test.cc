#include "functions/shared/front/testing/page.h"

using front::testing::CheckAway;
using front::testing::PageWithoutApi;
using front::testing::SendWithoutApi;

constexpr char kPath[] = "/account/delete/";

BOOST_AUTO_TEST_CASE(a_guest_is_led_to_the_log_in_and_back) {
  for (const auto& page : {PageWithoutApi({.path = kPath}), SendWithoutApi(kPath, "form=x")}) {
    BOOST_TEST(page.status() == 303);
    BOOST_TEST(page.header("location").value_or("") == "/login/?next=%2Faccount%2Fdelete%2F");
  }
}

BOOST_AUTO_TEST_CASE(while_the_api_is_away_the_page_says_so) {
  CheckAway(PageWithoutApi({.path = kPath, .headers = {{"cookie", "session=x"}}}));
}
