#include "functions/shared/thoughts/list_query.h"

#include <boost/test/unit_test.hpp>

namespace {

host::Request Get(const std::string& query) {
  return host::Request({.path = "/api/thoughts/", .query_string = query});
}

BOOST_AUTO_TEST_CASE(defaults_are_twenty_in_ascending_order) {
  const auto query = thoughts::ParseListQuery(Get("")).value();
  BOOST_TEST(query.limit == 20);
  BOOST_TEST(!query.descending);
  BOOST_TEST(query.search.empty());
  BOOST_TEST(!query.cursor);
}

BOOST_AUTO_TEST_CASE(known_parameters_are_read_and_unknown_ones_ignored) {
  const auto query =
      thoughts::ParseListQuery(Get("search=a%25+b&username=J%C3%B6&limit=100&sort=-id&page=7&x"))
          .value();
  BOOST_TEST(query.search == "a% b");
  BOOST_TEST(query.username == "Jö");
  BOOST_TEST(query.limit == 100);
  BOOST_TEST(query.descending);
}

BOOST_AUTO_TEST_CASE(a_wrong_value_is_refused_and_named) {
  const auto named = [](const std::string& query) {
    const auto result = thoughts::ParseListQuery(Get(query));
    BOOST_REQUIRE_MESSAGE(!result, query);
    BOOST_TEST(result.error().status == 422);
    return result.error().errors.at(0).field;
  };
  for (const auto* limit :
       {"0", "101", "-1", "1.5", "", "ten", "+5", "99999999999999999999", "%FF"}) {
    BOOST_TEST(named(std::string("limit=") + limit) == "limit");
  }
  for (const auto* sort : {"", "ID", "username", "--id"})
    BOOST_TEST(named(std::string("sort=") + sort) == "sort");
  for (const auto* cursor : {"", "x", "AAAA"})
    BOOST_TEST(named(std::string("cursor=") + cursor) == "cursor");
  BOOST_TEST(named("search=%FF") == "search");
  BOOST_TEST(named("search=a%00b") == "search");
  BOOST_TEST(named("username=%C3") == "username");
  BOOST_TEST(thoughts::ParseListQuery(Get("limit=0&sort=x")).error().errors.size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_cursor_of_another_order_is_refused) {
  const auto cursor = Encode(
      thoughts::Cursor{.back = false, .descending = true, .id = 5, .snapshot = {}, .shown = {}});
  BOOST_TEST(!thoughts::ParseListQuery(Get("cursor=" + cursor)));
  BOOST_TEST(thoughts::ParseListQuery(Get("sort=-id&cursor=" + cursor))->cursor->id == 5);
}

BOOST_AUTO_TEST_CASE(a_page_s_url_keeps_the_other_parameters) {
  const thoughts::Cursor cursor{
      .back = false, .descending = false, .id = 5, .snapshot = {}, .shown = {}};
  const auto url =
      thoughts::PageUrl("/p/", Get("search=%C3%A4+b&curso%72=old&limit=3&flag"), cursor);
  BOOST_TEST(url == "/p/?search=%C3%A4+b&limit=3&flag&cursor=" + Encode(cursor));
  BOOST_TEST(thoughts::PageUrl("/p/", Get(""), cursor) == "/p/?cursor=" + Encode(cursor));
}

BOOST_AUTO_TEST_CASE(raw_characters_cannot_leave_the_link) {
  const auto url = thoughts::PageUrl("/p/", Get("search=a>b\"c<\xC3\xA4"), {});
  BOOST_TEST(url.starts_with("/p/?search=a%3Eb%22c%3C%C3%A4&cursor="));
}

}  // namespace
