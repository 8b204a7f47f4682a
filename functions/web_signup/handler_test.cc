#include "functions/shared/front/testing/page.h"

using front::testing::Holds;
using front::testing::PageWithoutApi;
using front::testing::SendWithoutApi;

BOOST_AUTO_TEST_CASE(the_form_tells_the_rules_and_password_managers_that_a_new_one_is_wanted) {
  const auto page = PageWithoutApi({.path = "/signup/"});
  BOOST_TEST(page.status() == 200);
  BOOST_TEST(Holds(page, "8 characters or more"));
  BOOST_TEST(Holds(page, "autocomplete=\"new-password\""));
}

BOOST_AUTO_TEST_CASE(d5_a_form_that_is_not_this_browsers_is_shown_again_without_the_password) {
  const auto page = SendWithoutApi("/signup/", "username=demo&password=demo-password&form=x");
  BOOST_TEST(page.status() == 403);
  BOOST_TEST(Holds(page, "value=\"demo\""));
  BOOST_TEST(!Holds(page, "demo-password"));
}
