#include "host/kubernetes/yaml.h"

#include <boost/test/unit_test.hpp>

namespace {

using host::kubernetes::ReadYaml;
using host::kubernetes::WriteYaml;
using Json = nlohmann::json;

std::string Fault(const std::string& text) {
  try {
    ReadYaml(text, "a.yaml");
  } catch (const std::runtime_error& fault) {
    return fault.what();
  }
  return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(yaml)

BOOST_AUTO_TEST_CASE(what_was_written_is_read_as_the_same) {
  const Json value = {
      {"name", "login"},
      {"empty",
       {{"list", Json::array()}, {"map", Json::object()}, {"text", ""}, {"null", nullptr}}},
      {"list",
       {1, 2.5, true, "true", "on", "1", "1e3", "null", "~", "- a", "a: b", "#", "é", "a b"}},
      {"maps", {{{"a", {1, 2}}, {"b", {{"c", "d"}}}}, {{"a", Json::array({Json::array({"x"})})}}}},
      {"lines", "one\n\n  two # no comment\nthree\n"},
      {"no_end", "one\ntwo"},
      {"tab", "a\tb\n"},
      {"quantity", "20m"},
      {"time", "12:30:45"},
      {"on", "a key that is a word of YAML"}};
  const auto read = ReadYaml(WriteYaml(value), "a.yaml");
  BOOST_REQUIRE(read.size() == 1u);
  BOOST_TEST(read[0] == value, WriteYaml(value) << read[0].dump(1));
}

BOOST_AUTO_TEST_CASE(it_is_written_as_people_write_it) {
  BOOST_TEST(
      WriteYaml({{"kind", "Service"},
                 {"spec", {{"ports", {{{"name", "a"}, {"port", 80}}}}, {"text", "x\ny\n"}}}}) ==
      "kind: Service\n"
      "spec:\n"
      "  ports:\n"
      "  - name: a\n"
      "    port: 80\n"
      "  text: |\n"
      "    x\n"
      "    y\n");
}

BOOST_AUTO_TEST_CASE(a_file_may_hold_several_documents) {
  const auto read = ReadYaml("# only a comment\n---\na: 1\n---\n---\nb: 'yes'\n", "a.yaml");
  BOOST_REQUIRE(read.size() == 2u);
  BOOST_TEST(read[0] == Json({{"a", 1}}));
  BOOST_TEST(read[1] == Json({{"b", "yes"}}));
}

BOOST_AUTO_TEST_CASE(what_two_readers_would_read_differently_is_refused) {
  BOOST_TEST(Fault("a: 1\nb: yes\n") == "a.yaml:2: quote \"yes\", or say true, false");
  BOOST_TEST(Fault("mode: 0440\n") == "a.yaml:1: quote \"0440\", or write it decimal");
  BOOST_TEST(Fault("a: 1\na: 2\n") == "a.yaml:2: \"a\" stands there twice");
  BOOST_TEST(Fault("a: [1\n").starts_with("a.yaml:"));
}

BOOST_AUTO_TEST_SUITE_END()
