#include "functions/shared/front/testing/page.h"

#include "host/testing/function_test.h"

namespace front::testing {

host::Response PageWithoutApi(host::RequestParts parts) {
  // Nobody listens at port 1.
  return host::testing::Call(std::move(parts),
                             {.environment = {{"SESSION_ISSUER", "http://localhost:8080"},
                                              {"API_URL", "http://127.0.0.1:1"}}});
}

host::Response SendWithoutApi(const std::string& path, const std::string& fields) {
  return PageWithoutApi({.method = "POST",
                         .path = path,
                         .headers = {{"content-type", "application/x-www-form-urlencoded"}},
                         .body = fields});
}

bool Holds(const host::Response& page, std::string_view text) {
  return page.body().find(text) != std::string::npos;
}

void CheckAway(const host::Response& page) {
  BOOST_TEST(page.status() == 503);
  BOOST_TEST(page.header("content-type").value_or("") == "text/html; charset=utf-8");
  BOOST_TEST(page.header("retry-after").value_or("") == "1");
  BOOST_TEST(Holds(page, "Please try again."));
  BOOST_TEST(!Holds(page, "127.0.0.1"));
}

}  // namespace front::testing
