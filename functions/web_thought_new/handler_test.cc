#include "functions/shared/front/testing/page.h"

using front::testing::CheckAway;
using front::testing::Holds;
using front::testing::PageWithoutApi;
using front::testing::SendWithoutApi;

BOOST_AUTO_TEST_CASE(a_guest_is_led_to_the_log_in_and_back) {
  const auto page = PageWithoutApi({.path = "/thoughts/new", .query_string = "text=a%20b"});
  BOOST_TEST(page.status() == 303);
  BOOST_TEST(page.header("location").value_or("") ==
             "/login/?next=%2Fthoughts%2Fnew%3Ftext%3Da%2520b");
}

BOOST_AUTO_TEST_CASE(d9_a_text_that_was_sent_without_a_session_goes_along_through_the_log_in) {
  const auto page = SendWithoutApi("/thoughts/new", "text=%3Cmine%3E+%26+yours");
  BOOST_TEST(page.status() == 401);
  BOOST_TEST(Holds(page, "name=\"text\" value=\"&lt;mine&gt; &amp; yours\""));
  BOOST_TEST(Holds(page, "name=\"compose\" value=\"/thoughts/new\""));
  BOOST_TEST(Holds(page, "action=\"/login/?next=%2Fthoughts%2Fnew\""));
}

BOOST_AUTO_TEST_CASE(while_the_api_is_away_the_page_says_so) {
  CheckAway(PageWithoutApi({.path = "/thoughts/new", .headers = {{"cookie", "session=x"}}}));
}

BOOST_AUTO_TEST_CASE(d9_a_text_that_the_api_cannot_take_now_comes_back_to_be_sent_again) {
  const auto page = PageWithoutApi(
      {.method = "POST",
       .path = "/thoughts/new",
       .headers = {{"cookie", "session=x"}, {"content-type", "application/x-www-form-urlencoded"}},
       .body = "text=%0AMy+%3Cthought%3E&form=old"});
  CheckAway(page);
  BOOST_TEST(Holds(page, "<form method=\"post\" action=\"/thoughts/new\">"));
  BOOST_TEST(Holds(page, ">\n\nMy &lt;thought&gt;</textarea>"));
  BOOST_TEST(Holds(page, "value=\"old\""));
}
