#include "host/wire/answer.h"

#include <boost/test/unit_test.hpp>

using host::wire::Answer;
using host::wire::CheckAnswer;
using host::wire::WriteAnswer;
using Headers = std::vector<std::pair<std::string, std::string>>;
using namespace std::string_literals;

BOOST_AUTO_TEST_CASE(an_answer_is_cgi_text) {
  const Headers headers = {
      {"Content-Type", "text/plain"}, {"X-Accel-Redirect", "/secret"}, {"status", "500"}};
  BOOST_TEST(WriteAnswer({200, "OK", headers, "hello", "r1"}) ==
             "Status: 200 OK\r\nContent-Type: text/plain\r\nX-Request-ID: r1\r\nContent-Length: "
             "5\r\n\r\nhello");
}

BOOST_AUTO_TEST_CASE(a1_head_tells_the_length_without_the_body) {
  BOOST_TEST(WriteAnswer({200, "OK", {}, "hello", "", true}) ==
             "Status: 200 OK\r\nContent-Length: 5\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(no_content_and_not_modified_have_no_body) {
  BOOST_TEST(WriteAnswer({204, "No Content", {}, "x", ""}) == "Status: 204 No Content\r\n\r\n");
  BOOST_TEST(WriteAnswer({304, "Not Modified", {}, "x", ""}) == "Status: 304 Not Modified\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a4_headers_that_would_split_the_answer_are_found) {
  for (const Headers& bad :
       {Headers{{"A", "b\r\nSet-Cookie: c"}}, Headers{{"A", "b\nc"}}, Headers{{"A", "b\0c"s}},
        Headers{{"A b", "c"}}, Headers{{"", "c"}}, Headers{{"A:", "c"}}}) {
    BOOST_TEST(CheckAnswer({200, "OK", bad, "", ""}) != nullptr);
  }
  BOOST_TEST(CheckAnswer({99, "", {}, "", ""}) != nullptr);
  BOOST_TEST(CheckAnswer({600, "", {}, "", ""}) != nullptr);
  const Headers fine = {{"A", "b c; d=\"e\""}};
  BOOST_TEST(CheckAnswer({599, "", fine, "", ""}) == nullptr);
}
