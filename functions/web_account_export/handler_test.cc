#include "functions/shared/front/testing/page.h"

using front::testing::CheckAway;
using front::testing::PageWithoutApi;

BOOST_AUTO_TEST_CASE(while_the_api_is_away_the_page_says_so) {
  CheckAway(PageWithoutApi({.path = "/account/export/"}));
}
