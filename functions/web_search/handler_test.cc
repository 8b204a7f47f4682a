#include "functions/shared/front/testing/page.h"

using front::testing::CheckAway;
using front::testing::Holds;
using front::testing::PageWithoutApi;

BOOST_AUTO_TEST_CASE(without_a_question_there_is_the_form_alone) {
  const auto page = PageWithoutApi({.path = "/search"});
  BOOST_TEST(page.status() == 200);
  BOOST_TEST(Holds(page, "action=\"/search\""));
  BOOST_TEST(!Holds(page, "Only my own"));
}

BOOST_AUTO_TEST_CASE(while_the_api_is_away_the_page_says_so) {
  CheckAway(PageWithoutApi({.path = "/search", .query_string = "search=x"}));
}
