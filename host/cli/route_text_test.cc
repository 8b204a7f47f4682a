#include "host/cli/route_text.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

namespace {

std::string Say(const std::string& to, const std::string& serving = "function") {
  return host::RouteSentence({{"name", "login"}, {"to", to}, {"serving", serving}},
                             "http://old:80");
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_target_is_told_in_a_sentence) {
  BOOST_TEST(Say("function") == "login: all requests to the function");
  BOOST_TEST(Say("monolith") == "login: all requests to http://old:80");
  BOOST_TEST(Say("split:40") ==
             "login: 40 % of clients to the function, the rest to http://old:80");
  BOOST_TEST(Say("mirror") ==
             "login: all requests to http://old:80; GETs to the function too, its answers are "
             "dropped");
  BOOST_TEST(Say("auto", "monolith") ==
             "login: to the function while it can serve, else to http://old:80; now the monolith "
             "serves");
}

BOOST_AUTO_TEST_CASE(the_table_has_a_row_for_each_route) {
  const auto answer = nlohmann::ordered_json::parse(
      R"({"monolith": "http://old:80", "routes": [
          {"name": "login", "to": "split:40", "serving": "split"},
          {"name": "thoughts_list", "to": "auto", "serving": "function"}]})");
  BOOST_TEST(host::RouteRows(answer) ==
             "monolith http://old:80\n"
             "FUNCTION       TO         SERVING\n"
             "login          split:40   split\n"
             "thoughts_list  auto       function\n");
}
