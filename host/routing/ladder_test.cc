#include "host/routing/ladder.h"

#include <boost/test/unit_test.hpp>
#include <string>

namespace {

using host::ParseTarget;

std::string On(const std::string& target, bool serves_get = true) {
  const auto next = StepOn(ParseTarget(target).value(), serves_get);
  return next ? ToText(*next) : "the end";
}

std::string Back(const std::string& target) {
  const auto before = StepBack(ParseTarget(target).value());
  return before ? ToText(*before) : "the beginning";
}

}  // namespace

BOOST_AUTO_TEST_CASE(each_step_leads_to_the_next_and_the_last_one_to_none) {
  std::string way = "monolith";
  for (std::string at = way; at != "the end";) way += " " + (at = On(at));
  BOOST_TEST(way == "monolith mirror split:10 split:50 function retired the end");
  BOOST_TEST(On("monolith", false) == "split:10");
  BOOST_TEST(On("mirror", false) == "split:10");
}

BOOST_AUTO_TEST_CASE(each_step_leads_back) {
  std::string way = "retired";
  for (std::string at = way; at != "the beginning";) way += " " + (at = Back(at));
  BOOST_TEST(way == "retired function split:50 split:10 mirror monolith the beginning");
}

BOOST_AUTO_TEST_CASE(a_target_between_two_steps_counts_as_the_lower_one) {
  BOOST_TEST(On("split:0") == "mirror");
  BOOST_TEST(On("split:1") == "split:50");
  BOOST_TEST(On("split:49") == "split:50");
  BOOST_TEST(On("split:99") == "function");
  BOOST_TEST(On("split:100") == "retired");
  BOOST_TEST(On("auto") == "retired");
  BOOST_TEST(Back("auto") == "split:50");
  BOOST_TEST(Back("split:30") == "mirror");
}
