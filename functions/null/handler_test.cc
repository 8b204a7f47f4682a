#include "host/testing/function_test.h"

BOOST_AUTO_TEST_CASE(answers_hello_world) {
  const auto answer = host::testing::Call({.path = "/null"});
  BOOST_TEST(answer.status() == 200);
  BOOST_TEST(answer.body() == R"({"hello":"world"})");
}
