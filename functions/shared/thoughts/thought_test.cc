#include "functions/shared/thoughts/thought.h"

#include <boost/test/unit_test.hpp>

namespace {

using thoughts::CheckText;

std::string Repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

BOOST_AUTO_TEST_CASE(a_thought_has_1_to_250_code_points_of_any_script) {
  for (const auto* one : {"a", "ß", "語", "🎉"}) {
    BOOST_TEST(CheckText(one).has_value());
    BOOST_TEST(CheckText(Repeated(one, 250)).has_value());
    BOOST_TEST(CheckText(Repeated(one, 251)).error().status == 422);
  }
  BOOST_TEST(CheckText("").error().errors.at(0).field == "text");
}

BOOST_AUTO_TEST_CASE(line_breaks_and_tabs_are_kept_and_form_line_breaks_become_one_line_feed) {
  BOOST_TEST(CheckText("a\tb\nc").value() == "a\tb\nc");
  BOOST_TEST(CheckText("a\r\nb\r\n").value() == "a\nb\n");
  BOOST_TEST(CheckText(Repeated("\r\n", 250)).has_value());
}

BOOST_AUTO_TEST_CASE(control_characters_and_broken_bytes_are_refused) {
  for (const std::string text :
       {"a\rb", "\x01", "\x1B[31m", "a\x7F", "\u0085", "\xFF", "\xED\xA0\x80", "\xC0\xAF"}) {
    BOOST_TEST(CheckText(text).error().status == 422);
  }
  BOOST_TEST(CheckText(std::string("a\0b", 3)).error().status == 422);
}

BOOST_AUTO_TEST_CASE(every_broken_rule_is_named) {
  BOOST_TEST(CheckText(Repeated("\x02", 300)).error().errors.size() == 2u);
}

BOOST_AUTO_TEST_CASE(text_comes_from_forms_and_from_json) {
  const auto parse = [](const char* type, const char* body) {
    return thoughts::ParseText(
        host::Request({.method = "POST", .headers = {{"content-type", type}}, .body = body}));
  };
  BOOST_TEST(parse("application/x-www-form-urlencoded", "text=a+b%21&old=1").value() == "a b!");
  BOOST_TEST(parse("application/json; charset=utf-8", R"({"text":"a b!","old":1})").value() ==
             "a b!");
  BOOST_TEST(parse("application/json", R"({"text":7})").error().status == 422);
  BOOST_TEST(parse("application/json", R"({})").error().status == 422);
}

}  // namespace
