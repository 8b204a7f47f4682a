#include "host/migration/plan.h"

#include <boost/test/unit_test.hpp>

namespace {

using host::ParseTarget;
using host::PromoteLimits;
using host::RouteFacts;

const host::WallTime kNow = host::ParseUtc("2026-11-28T12:00:00Z").value();

RouteFacts Facts(const std::string& target) {
  return {.name = "list",
          .target = ParseTarget(target).value(),
          .serves_get = true,
          .able = true,
          .comparison = host::RouteComparison{"2026-11-28T11:00:00Z", "list", "alice", 10, 0, 0},
          .figures = {.function = {.requests = 1000, .errors = 1, .p95_s = 0.02}, .monolith = {}}};
}

// "to TARGET", and each reason behind a line break; or the error.
std::string Plan(const RouteFacts& facts, const std::string& to = "",
                 const PromoteLimits& limits = {}) {
  const auto plan = PlanPromotion(
      facts, to.empty() ? std::nullopt : std::optional(ParseTarget(to).value()), limits, kNow);
  if (!plan) return plan.error();
  std::string text = "to " + ToText(plan->to);
  for (const auto& line : plan->against) text += "\n" + line;
  return text;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_route_that_does_well_goes_step_by_step_to_its_end) {
  for (const auto& [from, to] : {std::pair("monolith", "mirror"),
                                 {"mirror", "split:10"},
                                 {"split:10", "split:50"},
                                 {"split:50", "function"},
                                 {"function", "retired"},
                                 {"auto", "retired"}}) {
    BOOST_TEST(Plan(Facts(from)) == std::string("to ") + to);
  }
  BOOST_TEST(Plan(Facts("retired")) == "list is retired: there is no step on");
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_before_the_mirror) {
  auto facts = Facts("monolith");
  facts.able = false;
  facts.comparison.reset();
  facts.figures = {};
  BOOST_TEST(Plan(facts) == "to mirror");
}

BOOST_AUTO_TEST_CASE(a_share_needs_a_comparison_that_is_good_and_not_old) {
  auto facts = Facts("mirror");
  facts.comparison->different = 2;
  BOOST_TEST(Plan(facts) ==
             "to split:10\n2 of 10 paths were answered differently, allowed are 0 "
             "(--max-differences)");
  BOOST_TEST(Plan(facts, "", {.differences = 2}) == "to split:10");
  facts.comparison->different = 0;
  facts.comparison->failed = 1;
  BOOST_TEST(Plan(facts) ==
             "to split:10\n1 of 10 paths of its last comparison were not answered by both");
  facts = Facts("mirror");
  facts.comparison->at = "2026-11-27T11:59:59Z";
  BOOST_TEST(Plan(facts) ==
             "to split:10\nits last comparison (2026-11-27T11:59:59Z) is more than 24 hours old "
             "(--compared-within): fnhost compare list");
  facts.comparison.reset();
  BOOST_TEST(Plan(facts) == "to split:10\nit was not compared yet: fnhost compare list");
}

BOOST_AUTO_TEST_CASE(a_function_that_only_writes_is_neither_mirrored_nor_compared) {
  auto facts = Facts("monolith");
  facts.serves_get = false;
  facts.comparison.reset();
  BOOST_TEST(Plan(facts) == "to split:10");
}

BOOST_AUTO_TEST_CASE(a_function_that_cannot_serve_gets_nothing) {
  auto facts = Facts("mirror");
  facts.able = false;
  BOOST_TEST(Plan(facts) == "to split:10\nthe function cannot serve: fnhost status");
}

BOOST_AUTO_TEST_CASE(a_larger_share_needs_enough_good_and_fast_answers) {
  auto facts = Facts("split:10");
  facts.figures.function = {.requests = 19, .errors = 0, .p95_s = 0.01};
  BOOST_TEST(Plan(facts) ==
             "to split:50\nthe function has answered 19 requests since the last move, needed are "
             "20 (--min-requests)");
  facts.figures.function = {.requests = 1000, .errors = 11, .p95_s = 0.501};
  BOOST_TEST(Plan(facts) ==
             "to split:50\n11 of 1000 requests of the function failed (1.10 %), allowed are 1 % "
             "(--max-errors)\nthe function's p95 is 501 ms, allowed are 500 ms (--max-p95)");
  BOOST_TEST(Plan(facts, "", {.errors_percent = 2, .p95 = std::chrono::milliseconds(600)}) ==
             "to split:50");
}

BOOST_AUTO_TEST_CASE(steps_that_are_left_out_ask_all_the_same) {
  auto facts = Facts("monolith");
  facts.figures = {};
  BOOST_TEST(Plan(facts, "function") ==
             "to function\nthe function has answered 0 requests since the last move, needed are "
             "20 (--min-requests)");
  BOOST_TEST(Plan(facts, "function", {.least_requests = 0}) == "to function");
  facts.comparison.reset();
  BOOST_TEST(Plan(facts, "function", {.least_requests = 0}) ==
             "to function\nit was not compared yet: fnhost compare list");
}

BOOST_AUTO_TEST_CASE(back_is_no_step_on) {
  BOOST_TEST(Plan(Facts("function"), "split:50") ==
             "list is at function: split:50 is no step on. Back: fnhost migration undo");
  BOOST_TEST(Plan(Facts("mirror"), "mirror") ==
             "list is at mirror: mirror is no step on. Back: fnhost migration undo");
  BOOST_TEST(Plan(Facts("split:10"), "split:30") == "to split:30");
}

BOOST_AUTO_TEST_CASE(a_route_that_the_monolith_still_answers_is_not_retired) {
  auto facts = Facts("auto");
  facts.figures.monolith.requests = 3;
  BOOST_TEST(Plan(facts) == "to retired\nthe monolith answered 3 of its requests");
}

BOOST_AUTO_TEST_CASE(each_state_has_a_word) {
  const auto state = [](const std::string& target, bool compared) {
    return host::StateOf(ParseTarget(target).value(),
                         compared ? Facts(target).comparison : std::nullopt);
  };
  BOOST_TEST(state("monolith", false) == "monolith");
  BOOST_TEST(state("mirror", false) == "monolith");
  BOOST_TEST(state("mirror", true) == "compared");
  BOOST_TEST(state("split:30", true) == "split");
  BOOST_TEST(state("auto", true) == "moved");
  BOOST_TEST(state("retired", true) == "retired");
}
