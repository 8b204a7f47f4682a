#include "functions/shared/front/testing/page.h"

using front::testing::Holds;
using front::testing::PageWithoutApi;
using front::testing::SendWithoutApi;

namespace {

host::Response WithNext(const std::string& next) {
  return PageWithoutApi({.path = "/login/", .query_string = "next=" + next});
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_form_is_for_password_managers_and_goes_on_where_the_reader_came_from) {
  const auto page = WithNext("%2Fthoughts%2Fnew");
  BOOST_TEST(page.status() == 200);
  BOOST_TEST(Holds(page, "action=\"/login/?next=%2Fthoughts%2Fnew\""));
  BOOST_TEST(Holds(page, "autocomplete=\"current-password\""));
  BOOST_TEST(page.header("set-cookie").value_or("").starts_with("before_login="));
}

BOOST_AUTO_TEST_CASE(nobody_is_led_to_another_site) {
  for (const char* next :
       {"https%3A%2F%2Fevil.example%2F", "%2F%2Fevil.example", "%2F%5Cevil.example",
        "javascript%3Aalert(1)", "%2Fa%0D%0ASet-Cookie%3A%20x", "%2F%09%2Fevil.example"}) {
    BOOST_TEST(Holds(WithNext(next), "action=\"/login/\""), next);
  }
}

BOOST_AUTO_TEST_CASE(d5_a_form_that_is_not_this_browsers_is_shown_again_without_the_password) {
  const auto page = SendWithoutApi("/login/", "username=demo&password=demo-password&form=x");
  BOOST_TEST(page.status() == 403);
  BOOST_TEST(Holds(page, "value=\"demo\""));
  BOOST_TEST(!Holds(page, "demo-password"));
}
