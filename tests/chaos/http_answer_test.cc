#include "tests/chaos/http_answer.h"

#include <boost/test/unit_test.hpp>

using chaos::ParseHttpAnswer;

namespace {

// Every shorter piece must be found unfinished, and bytes behind the answer left alone.
chaos::HttpAnswer Whole(const std::string& bytes) {
  for (size_t size = 0; size < bytes.size(); ++size) {
    const auto part = ParseHttpAnswer(bytes.substr(0, size));
    BOOST_REQUIRE(part.has_value());
    BOOST_REQUIRE(!part->has_value());
  }
  const auto answer = ParseHttpAnswer(bytes + "HTTP/1.1 200 OK\r\n");
  BOOST_REQUIRE(answer.has_value());
  BOOST_REQUIRE(answer->has_value());
  BOOST_TEST((*answer)->size == bytes.size());
  return **answer;
}

}  // namespace

BOOST_AUTO_TEST_CASE(an_answer_with_a_length_is_read_whole) {
  const auto answer = Whole(
      "HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n"
      "X-Request-ID:  abc\r\n\r\nhello");
  BOOST_TEST(answer.status == 201);
  BOOST_TEST(answer.body == "hello");
  BOOST_TEST(answer.Header("x-request-id") == "abc");
  BOOST_TEST(answer.Header("x-request") == "");
  BOOST_TEST(!answer.closes);
}

BOOST_AUTO_TEST_CASE(chunks_are_joined) {
  const auto answer = Whole(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\nA\r\n, \r\n world\r\n0\r\n\r\n");
  BOOST_TEST(answer.body == "hello, \r\n world");
}

BOOST_AUTO_TEST_CASE(answers_without_a_body_end_with_their_head) {
  BOOST_TEST(Whole("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n").closes);
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_is_refused) {
  BOOST_TEST(!ParseHttpAnswer("SSH-2.0-x\r\n\r\n").has_value());
  BOOST_TEST(!ParseHttpAnswer("HTTP/1.1 200 OK\r\n\r\n").has_value());
  BOOST_TEST(!ParseHttpAnswer("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n").has_value());
  BOOST_TEST(
      !ParseHttpAnswer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n").has_value());
}
