#include "host/function/request.h"

#include <boost/test/unit_test.hpp>

using host::Request;

BOOST_AUTO_TEST_CASE(query_parameters_are_decoded_and_the_last_one_wins) {
  const Request request({.query_string = "search=a%20b+c&limit=1&limit=2&empty=&flag"});
  BOOST_TEST(request.query("search").value() == "a b c");
  BOOST_TEST(request.query("limit").value() == "2");
  BOOST_TEST(request.query("empty").value() == "");
  BOOST_TEST(request.query("flag").value() == "");
  BOOST_TEST(!request.query("absent").has_value());
}

BOOST_AUTO_TEST_CASE(a_well_formed_request_id_of_the_client_is_shown_but_is_no_key) {
  const Request own({.headers = {{"x-request-id", "trace-1"}}, .request_id = "nginx-1"});
  BOOST_TEST(own.id() == "trace-1");
  BOOST_TEST(own.key() == "nginx-1");
  for (const std::string& bad :
       {std::string("a b"), std::string(), std::string("x\ny"), std::string(129, 'a')}) {
    BOOST_TEST(Request({.headers = {{"x-request-id", bad}}, .request_id = "nginx-1"}).id() ==
               "nginx-1");
  }
  const Request keyed({.headers = {{"idempotency-key", "k"}}, .request_id = "nginx-1"});
  BOOST_TEST(keyed.key() == "k");
}

BOOST_AUTO_TEST_CASE(cookies_are_found_by_whole_name) {
  const Request request({.headers = {{"cookie", "xsession=1; session=abc=d; other=2"}}});
  BOOST_TEST(request.cookie("session").value() == "abc=d");
  BOOST_TEST(!request.cookie("ses").has_value());
}

BOOST_AUTO_TEST_CASE(route_integers_beyond_int64_are_404) {
  const Request request({.route = {{"id", "9223372036854775807"}, {"big", "9223372036854775808"}}});
  BOOST_TEST(request.route_int("id").value() == INT64_MAX);
  BOOST_TEST(request.route_int("big").error().status == 404);
  BOOST_CHECK_THROW(request.route("absent"), std::out_of_range);
}

BOOST_AUTO_TEST_CASE(the_content_type_decides_how_a_body_is_read) {
  const auto with = [](const char* type) {
    return Request({.headers = {{"content-type", type}}, .body = "a=1"}).fields();
  };
  BOOST_TEST(with("application/x-www-form-urlencoded").has_value());
  BOOST_TEST(with("Application/X-WWW-Form-URLencoded ; charset=utf-8").has_value());
  BOOST_TEST(with("application/json").error().status == 400);
  BOOST_TEST(with("text/plain").error().status == 415);
  BOOST_TEST(Request({.headers = {{"content-type", "text/plain"}}}).fields().has_value());
}
