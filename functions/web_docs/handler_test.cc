#include "host/testing/function_test.h"

// That its commands work: tests/e2e/docs_test.cc.
BOOST_AUTO_TEST_CASE(the_commands_are_for_this_site) {
  const auto page = host::testing::Call(
      {.path = "/docs/start/"}, {.environment = {{"SESSION_ISSUER", "https://thoughts.example"}}});
  BOOST_TEST(page.status() == 200);
  BOOST_TEST(page.header("content-type").value_or("") == "text/html; charset=utf-8");
  BOOST_TEST(page.body().find("curl -s https://thoughts.example/api/login/") != std::string::npos);
  BOOST_TEST(page.body().find("{{") == std::string::npos);
}
