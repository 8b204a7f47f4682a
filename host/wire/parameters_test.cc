#include "host/wire/parameters.h"

#include <boost/test/unit_test.hpp>

using host::wire::ReadHead;

BOOST_AUTO_TEST_CASE(a3_parameters_become_one_map_of_headers) {
  const auto head =
      ReadHead({"REQUEST_METHOD=POST", "DOCUMENT_URI=/api/thoughts/7/", "QUERY_STRING=a=b",
                "REMOTE_ADDR=127.0.0.1", "REQUEST_ID=r1", "CONTENT_TYPE=text/x",
                "CONTENT_LENGTH=12", "ROUTE_id=7", "HTTP_ACCEPT=a", "HTTP_ACCEPT=b",
                "HTTP_COOKIE=x=1", "HTTP_COOKIE=y=2", "HTTP_EMPTY=", "HTTP_PROXY=http://evil"});
  BOOST_REQUIRE(head.has_value());
  BOOST_TEST(head->method == "POST");
  BOOST_TEST(head->path == "/api/thoughts/7/");
  BOOST_TEST(head->query_string == "a=b");
  BOOST_TEST(head->content_length == 12);
  BOOST_TEST(head->route.at("id") == "7");
  BOOST_TEST(head->headers.at("accept") == "a, b");
  BOOST_TEST(head->headers.at("cookie") == "x=1; y=2");
  BOOST_TEST(head->headers.at("content-type") == "text/x");
  BOOST_TEST(!head->headers.contains("empty"));
  BOOST_TEST(!head->headers.contains("proxy"));
}

BOOST_AUTO_TEST_CASE(a3_a_repeated_single_valued_header_is_refused) {
  for (const std::string name :
       {"HTTP_CONTENT_TYPE", "HTTP_AUTHORIZATION", "HTTP_HOST", "HTTP_IDEMPOTENCY_KEY"}) {
    const std::string one = name + "=a";
    const auto head = ReadHead({"REQUEST_METHOD=GET", one, one});
    BOOST_TEST_CONTEXT(name) {
      BOOST_REQUIRE(!head.has_value());
      BOOST_TEST(head.error().status == 400);
    }
  }
}

BOOST_AUTO_TEST_CASE(a2_an_empty_content_length_is_no_body_and_a_wrong_one_is_refused) {
  BOOST_TEST(ReadHead({"REQUEST_METHOD=GET", "CONTENT_LENGTH="})->content_length == 0);
  for (const char* bad :
       {"CONTENT_LENGTH=-1", "CONTENT_LENGTH=1x", "CONTENT_LENGTH=99999999999999999999"}) {
    BOOST_TEST(!ReadHead({"REQUEST_METHOD=GET", bad}).has_value());
  }
}

BOOST_AUTO_TEST_CASE(a5_paths_must_be_utf8) {
  BOOST_TEST(ReadHead({"REQUEST_METHOD=GET", "DOCUMENT_URI=/\xC3\xA9"}).has_value());
  BOOST_TEST(!ReadHead({"REQUEST_METHOD=GET", "DOCUMENT_URI=/\xC3"}).has_value());
  BOOST_TEST(!ReadHead({"REQUEST_METHOD=GET", "ROUTE_username=\xFF"}).has_value());
  BOOST_TEST(!ReadHead({"DOCUMENT_URI=/"}).has_value());
}
