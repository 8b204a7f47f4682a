#include "host/cli/compare/answer_diff.h"

#include <boost/test/unit_test.hpp>
#include <string>

namespace {

using host::wire::CgiAnswer;
using Pairs = std::vector<std::pair<std::string, std::string>>;

CgiAnswer Json(const std::string& body, int status = 200, const Pairs& more = {}) {
  CgiAnswer answer{status, "", {{"Content-Type", "application/json; charset=utf-8"}}, body};
  answer.headers.insert(answer.headers.end(), more.begin(), more.end());
  return answer;
}
CgiAnswer Text(const std::string& body) { return {200, "", {{"content-type", "text/html"}}, body}; }

// Each difference as "where: monolith / function", joined with "; ".
std::string Said(const host::Comparison& comparison) {
  std::string said;
  for (const auto& each : comparison.differences) {
    said += (said.empty() ? "" : "; ") + each.where + ": " + each.monolith + " / " + each.function;
  }
  return said;
}
std::string Differences(const CgiAnswer& monolith, const CgiAnswer& function) {
  return Said(host::Compare(monolith, monolith, function));
}
std::string Noise(const host::Comparison& comparison) {
  std::string all;
  for (const auto& each : comparison.noise) all += (all.empty() ? "" : "; ") + each;
  return all;
}

}  // namespace

BOOST_AUTO_TEST_CASE(equal_answers_do_not_differ_whatever_the_order_and_spacing) {
  BOOST_TEST(Differences(Json(R"({"a": 1, "b": [1, 2.0]})"), Json(R"({"b":[1,2],"a":1})")) == "");
  BOOST_TEST(Differences(Text("a\nb\n"), Text("a\nb\n")) == "");
}

BOOST_AUTO_TEST_CASE(status_and_headers_are_told) {
  BOOST_TEST(Differences(Json("{}"), Json("{}", 404)) == "status: 200 / 404");
  BOOST_TEST(Differences(Json("{}", 200, {{"Link", "a"}, {"Vary", "x"}, {"Vary", "y"}}),
                         Json("{}", 200, {{"vary", "x"}, {"X-New", "1"}})) ==
             "header link: a / (absent); header vary: x | y / x; header x-new: (absent) / 1");
}

BOOST_AUTO_TEST_CASE(headers_that_always_differ_are_left_out) {
  Pairs one;
  Pairs other;
  for (const auto& name : host::kIgnoredHeaders) {
    one.emplace_back(name, "1");
    other.emplace_back(name, "2");
  }
  BOOST_TEST(one.size() > 5u);
  BOOST_TEST(Differences(Json("{}", 200, one), Json("{}", 200, other)) == "");
  BOOST_TEST(Differences(Json("{}", 200, one), Json("{}")) == "");
}

BOOST_AUTO_TEST_CASE(json_is_told_by_path) {
  BOOST_TEST(Differences(Json(R"({"items":[{"id":1},{"id":2,"t":"a"}]})"),
                         Json(R"({"items":[{"id":1},{"id":"2","t":"b"}]})")) ==
             R"(body $.items[1].id: 2 / "2"; body $.items[1].t: "a" / "b")");
  BOOST_TEST(Differences(Json(R"({"a":1,"odd key":2})"), Json(R"({"b":null,"odd key":3})")) ==
             R"(body $.a: 1 / (absent); body $["odd key"]: 2 / 3; body $.b: (absent) / null)");
  BOOST_TEST(Differences(Json("[1,2,3]"), Json("[1,5]")) ==
             "body $.length: 3 / 2; body $[1]: 2 / 5");
  BOOST_TEST(Differences(Json("{}"), Json("[]")) == "body $: {} / []");
}

BOOST_AUTO_TEST_CASE(text_and_what_only_claims_to_be_json_is_told_by_its_first_line) {
  BOOST_TEST(Differences(Text("a\nb\nc\n"), Text("a\nx\ny\n")) == R"(body line 2: "b" / "x")");
  BOOST_TEST(Differences(Text("a\n"), Text("a\nb\n")) == R"(body line 2: (absent) / "b")");
  BOOST_TEST(Differences(Json("{"), Json("{}")) == R"(body line 1: "{" / "{}")");
  BOOST_TEST(Differences(Text("{}"), Json("{ }")) ==
             "header content-type: text/html / application/json; charset=utf-8; "
             R"(body line 1: "{}" / "{ }")");
}

BOOST_AUTO_TEST_CASE(what_the_monolith_itself_changes_is_noise) {
  const auto json =
      host::Compare(Json(R"({"now":1,"items":[{"seen":1,"id":1},{"seen":7,"id":2}]})"),
                    Json(R"({"now":2,"items":[{"seen":2,"id":1},{"seen":7,"id":2}]})"),
                    Json(R"({"now":3,"items":[{"seen":3,"id":1},{"seen":8,"id":3}]})"));
  BOOST_TEST(Said(json) == "body $.items[1].id: 2 / 3");
  BOOST_TEST(Noise(json) == "body $.items[*].seen; body $.now");

  const auto text =
      host::Compare(Text("a\ntoken 1\nb\n"), Text("a\ntoken 2\nb\n"), Text("a\ntoken 3\nc\n"));
  BOOST_TEST(Said(text) == R"(body line 3: "b" / "c")");

  const auto cookie = host::Compare(Json("{}", 200, {{"Set-Cookie", "a=1"}}),
                                    Json("{}", 200, {{"Set-Cookie", "a=2"}}), Json("{}"));
  BOOST_TEST(Said(cookie) == "");
  BOOST_TEST(Noise(cookie) == "header set-cookie");
}

BOOST_AUTO_TEST_CASE(noise_hides_what_stands_in_it_and_nothing_beside_it) {
  const auto inside = host::Compare(Json(R"({"a":{"x":1},"ab":1})"), Json(R"({"a":5,"ab":1})"),
                                    Json(R"({"a":{"x":2},"ab":2})"));
  BOOST_TEST(Said(inside) == "body $.ab: 1 / 2");
  const auto length = host::Compare(Json("[1,2]"), Json("[1]"), Json("[3,2,1]"));
  BOOST_TEST(Said(length) == "body $[0]: 1 / 3");
}

BOOST_AUTO_TEST_CASE(more_can_be_left_out) {
  const auto one = Json(R"({"items":[{"id":1,"n":1}]})", 200, {{"Vary", "a"}});
  const auto other = Json(R"({"items":[{"id":2,"n":1}]})");
  BOOST_TEST(Said(host::Compare(one, one, other, {"body $.items[*].id", "header vary"})) == "");
}

BOOST_AUTO_TEST_CASE(long_values_and_bytes_that_are_no_text_are_shown_safely) {
  const auto said = Differences(Text(std::string(500, 'x')), Text("\x1b[2J\xff"));
  BOOST_TEST(said.size() < 300u);
  BOOST_TEST(said.find('\x1b') == std::string::npos);
}
