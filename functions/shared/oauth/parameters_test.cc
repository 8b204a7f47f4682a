#include "functions/shared/oauth/parameters.h"

#include <boost/test/unit_test.hpp>

using oauth::Parameters;

BOOST_AUTO_TEST_CASE(parameters_are_decoded_and_empty_ones_count_as_left_out) {
  const auto given = Parameters::Parse("scope=a+b%3Ac&state=&&x");
  BOOST_REQUIRE(given.has_value());
  BOOST_TEST(given->Get("scope") == "a b:c");
  BOOST_TEST(!given->Has("state"));
  BOOST_TEST(!given->Has("missing"));
  BOOST_TEST(!given->AnyRepeated());
  BOOST_TEST(Parameters::Parse("").has_value());
}

BOOST_AUTO_TEST_CASE(a_parameter_that_comes_twice_is_told) {
  const auto given = Parameters::Parse("a=1&b=2&a=1");
  BOOST_REQUIRE(given.has_value());
  BOOST_TEST(given->Repeated("a"));
  BOOST_TEST(!given->Repeated("b"));
  BOOST_TEST(given->AnyRepeated());
}

BOOST_AUTO_TEST_CASE(what_is_no_text_is_refused) {
  for (const char* form : {"a=%", "a=%2", "a=%zz", "a=%ff", "a=%00", "%0a=1", "a=%7f"}) {
    BOOST_TEST(!Parameters::Parse(form), form);
  }
}

BOOST_AUTO_TEST_CASE(a_body_must_say_that_it_is_a_form) {
  const auto of = [](const std::string& type) {
    return Parameters::OfBody(host::Request({.headers = {{"content-type", type}}, .body = "a=1"}));
  };
  BOOST_TEST(of("application/x-www-form-urlencoded").has_value());
  BOOST_TEST(of("Application/X-WWW-Form-urlencoded ; charset=UTF-8").has_value());
  BOOST_TEST(!of("application/json").has_value());
  BOOST_TEST(!of("").has_value());
}
