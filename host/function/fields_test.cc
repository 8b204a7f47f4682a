#include "host/function/fields.h"

#include <boost/test/unit_test.hpp>
#include <string>

using host::Fields;
using namespace std::string_literals;

BOOST_AUTO_TEST_CASE(form_and_json_bodies_give_the_same_fields) {
  const auto form =
      Fields::FromForm("username=John+Smith&text=50%25+%C3%A9&unknown=1&username=last");
  const auto json = Fields::FromJson(R"({"username":"last","text":"50% é","unknown":[1]})");
  for (const auto* fields : {&*form, &*json}) {
    BOOST_TEST(fields->RequiredText("username").value() == "last");
    BOOST_TEST(fields->RequiredText("text").value() == "50% \xC3\xA9");
    BOOST_TEST(!fields->Text("absent").value().has_value());
  }
}

BOOST_AUTO_TEST_CASE(a_field_of_another_type_is_named_with_422) {
  const auto fields = Fields::FromJson(R"({"text":5,"other":null})");
  const auto text = fields->Text("text");
  BOOST_REQUIRE(!text.has_value());
  BOOST_TEST(text.error().status == 422);
  BOOST_TEST(text.error().errors.at(0).field == "text");
  BOOST_TEST(text.error().detail == "text must be a string, not number");
  BOOST_TEST(fields->RequiredText("other").error().status == 422);  // null is absent
}

BOOST_AUTO_TEST_CASE(a_whole_number_is_one_in_a_form_and_in_json) {
  BOOST_TEST(Fields::FromForm("days=30")->Integer("days").value().value() == 30);
  BOOST_TEST(Fields::FromJson(R"({"days":30})")->Integer("days").value().value() == 30);
  BOOST_TEST(Fields::FromJson(R"({"days":"-3"})")->Integer("days").value().value() == -3);
  for (const auto& none : {"days="s, ""s, "other=1"s}) {
    BOOST_TEST(!Fields::FromForm(none)->Integer("days").value().has_value(), none);
  }
  for (const auto& bad : {"days=3x"s, "days= 3"s, "days=1.5"s, "days=99999999999999999999"s}) {
    BOOST_TEST(Fields::FromForm(bad)->Integer("days").error().status == 422, bad);
  }
  for (const auto& bad : {R"({"days":1.5})"s, R"({"days":true})"s, R"({"days":[1]})"s,
                          R"({"days":18446744073709551615})"s}) {
    BOOST_TEST(Fields::FromJson(bad)->Integer("days").error().status == 422, bad);
  }
}

BOOST_AUTO_TEST_CASE(a_nul_in_a_field_is_refused) {
  BOOST_TEST(Fields::FromForm("text=a%00b")->Text("text").error().status == 422);
  BOOST_TEST(Fields::FromJson(R"({"text":"a\u0000b"})")->Text("text").error().status == 422);
}

BOOST_AUTO_TEST_CASE(broken_bodies_are_400) {
  for (const auto& bad : {"a=%"s, "a=%4"s, "a=%zz"s, "a=%FF"s, "%C3=x"s}) {
    BOOST_TEST_CONTEXT(bad) BOOST_TEST(Fields::FromForm(bad).error().status == 400);
  }
  for (const auto& bad : {"{"s, "[]"s, "5"s, "{\"a\":\"\xFF\"}"s, "{\"a\":1} x"s, "{'a':1}"s,
                          "{\"a\":\"\\ud800\"}"s}) {
    BOOST_TEST_CONTEXT(bad) BOOST_TEST(Fields::FromJson(bad).error().status == 400);
  }
}

BOOST_AUTO_TEST_CASE(deep_json_is_refused_quickly) {
  const std::string deep = "{\"a\":" + std::string(60000, '[') + std::string(60000, ']') + "}";
  BOOST_TEST(Fields::FromJson(deep).error().detail == "The JSON body is nested too deeply.");
  BOOST_TEST(Fields::FromJson(R"({"a":[[[{"b":[]}]]]})").has_value());
}

BOOST_AUTO_TEST_CASE(components_are_encoded_and_decoded) {
  BOOST_TEST(host::EncodeComponent("a b/\xC3\xA9~") == "a%20b%2F%C3%A9~");
  BOOST_TEST(host::DecodeForm("a+b%2f").value() == "a b/");
}
