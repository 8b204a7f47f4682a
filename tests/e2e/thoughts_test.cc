// Thoughts: create, read, change, delete, list, search.

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(thoughts)

using e2e::Json;
using e2e::Keys;
using e2e::Public;

struct Writer {
  e2e::User user = e2e::NewUser();
  std::string Own(long id) const { return Public("/api/me/thoughts/" + std::to_string(id) + "/"); }
  e2e::Answer Patch(long id, const std::string& text, std::vector<std::string> headers = {}) const {
    headers.push_back("Content-Type: application/json");
    headers.push_back("Authorization: " + user.authorization);
    return e2e::Send({"PATCH", Own(id), headers, nlohmann::json{{"text", text}}.dump()});
  }
};

std::string One(long id) { return Public("/api/thoughts/" + std::to_string(id) + "/"); }

e2e::Answer Search(const std::string& text) {
  return e2e::Get(Public("/api/thoughts/?limit=100&search=" + e2e::Encode(text)));
}

BOOST_FIXTURE_TEST_CASE(a_new_thought_is_where_location_says, Writer) {
  const auto created =
      e2e::PostJson(Public("/api/me/thoughts/"), R"({"text":"H\u00e9llo"})", user.authorization);
  BOOST_REQUIRE(created.status == 201);
  auto location = created.header("location");
  BOOST_REQUIRE(!location.empty());
  if (location.starts_with("/")) location = Public(location);
  const auto read = e2e::Get(location, user.authorization);
  BOOST_TEST(read.status == 200);
  BOOST_TEST(Json(read) == Json(created));
}

BOOST_FIXTURE_TEST_CASE(a_thought_has_1_to_250_code_points, Writer) {
  const auto post = [&](const std::string& text) {
    return e2e::PostJson(Public("/api/me/thoughts/"), nlohmann::json{{"text", text}}.dump(),
                         user.authorization);
  };
  std::string longest;
  for (int i = 0; i < 250; ++i) longest += "\xF0\x9F\xA6\x86";  // a duck, four bytes
  BOOST_TEST(post(longest).status == 201);
  E2E_PROBLEM(post(longest + "x"), 422);
  E2E_PROBLEM(post(""), 422);
  E2E_PROBLEM(e2e::PostJson(Public("/api/me/thoughts/"), "{}", user.authorization), 422);
  E2E_PROBLEM(e2e::PostJson(Public("/api/me/thoughts/"), R"({"text":7})", user.authorization), 422);
}

BOOST_FIXTURE_TEST_CASE(an_unchanged_thought_is_304, Writer) {
  const auto id = e2e::NewThought(user, "with an entity tag");
  const auto first = e2e::Get(One(id));
  BOOST_REQUIRE(first.status == 200);
  const auto etag = first.header("etag");
  BOOST_TEST(etag.starts_with("\""));
  const auto again = e2e::Send({.url = One(id), .headers = {"If-None-Match: " + etag}});
  BOOST_TEST(again.status == 304);
  BOOST_TEST(again.body.empty());
  BOOST_TEST(again.header("etag") == etag);
  BOOST_REQUIRE(Patch(id, "changed").status == 200);
  const auto changed = e2e::Send({.url = One(id), .headers = {"If-None-Match: " + etag}});
  BOOST_TEST(changed.status == 200);
  BOOST_TEST(changed.header("etag") != etag);
}

BOOST_FIXTURE_TEST_CASE(a_change_holds_only_for_the_version_it_names, Writer) {
  const auto id = e2e::NewThought(user, "version one");
  const auto etag = e2e::Get(Own(id), user.authorization).header("etag");
  BOOST_REQUIRE(!etag.empty());
  const auto changed = Patch(id, "version two", {"If-Match: " + etag});
  BOOST_TEST(changed.status == 200);
  BOOST_TEST(Json(changed).at("text") == "version two");
  E2E_PROBLEM(Patch(id, "version three", {"If-Match: " + etag}), 412);
  E2E_PROBLEM(e2e::Send({.method = "DELETE",
                         .url = Own(id),
                         .headers = {"Authorization: " + user.authorization, "If-Match: " + etag}}),
              412);
  BOOST_TEST(Json(e2e::Get(One(id))).at("text") == "version two");
  BOOST_TEST(e2e::Delete(Own(id), user.authorization).status == 204);
  E2E_PROBLEM(e2e::Get(One(id)), 404);
}

BOOST_FIXTURE_TEST_CASE(anothers_thought_is_404, Writer) {
  const Writer other;
  const auto id = e2e::NewThought(other.user, "not yours");
  E2E_PROBLEM(e2e::Get(Own(id), user.authorization), 404);
  E2E_PROBLEM(Patch(id, "mine now"), 404);
  E2E_PROBLEM(e2e::Delete(Own(id), user.authorization), 404);
  BOOST_TEST(Json(e2e::Get(One(id))).at("text") == "not yours");
}

BOOST_FIXTURE_TEST_CASE(own_list_and_users_list_hold_the_users_thoughts_alone, Writer) {
  const auto first = e2e::NewThought(user, "one of mine");
  const auto second = e2e::NewThought(user, "two of mine");
  const auto name = e2e::Encode(user.username);
  for (const auto& list : {e2e::Get(Public("/api/me/thoughts/"), user.authorization),
                           e2e::Get(Public("/api/users/" + name + "/thoughts/")),
                           e2e::Get(Public("/api/thoughts/?username=" + name))}) {
    BOOST_TEST(list.status == 200);
    const auto rows = Json(list);
    BOOST_REQUIRE(rows.size() == 2u);
    BOOST_TEST(rows[0].at("id") == first);
    BOOST_TEST(rows[1].at("id") == second);
  }
}

BOOST_FIXTURE_TEST_CASE(search_is_a_substring_in_any_case_and_script, Writer) {
  const auto mark = std::to_string(user.id);
  const struct {
    std::string text, search;
  } examples[] = {{"Straw Berry " + mark, "AW bErRy " + mark},
                  {"\xD0\x9F\xD1\x80\xD0\xB8\xD0\xB2\xD0\xB5\xD1\x82 " + mark,
                   "\xD0\x9F\xD0\xA0\xD0\x98\xD0\x92\xD0\x95\xD0\xA2 " + mark},
                  {"100% of " + mark, "0% of " + mark},
                  {"snake_case " + mark, "e_case " + mark},
                  {"back\\slash " + mark, "k\\slash " + mark}};
  for (const auto& [text, search] : examples) {
    e2e::NewThought(user, text);
    const auto found = Json(Search(search));
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(found[0].at("text") == text);
  }
  BOOST_TEST(Json(Search("1_0% of " + mark)).empty());
  BOOST_TEST(Json(Search("s%case " + mark)).empty());
  BOOST_TEST(Search("z").status == 200);
  BOOST_TEST(Search("pl").status == 200);
}

BOOST_AUTO_TEST_CASE(wrong_parameters_are_refused_and_unknown_ones_ignored) {
  for (const char* query : {"limit=0", "limit=101", "limit=x", "sort=text", "cursor=@@"}) {
    const auto answer = e2e::Get(Public(std::string("/api/thoughts/?") + query));
    BOOST_TEST((answer.status == 400 || answer.status == 422), query << ": " << answer.status);
    E2E_PROBLEM(answer, answer.status);
    const std::string name(query, std::string(query).find('='));
    BOOST_TEST(answer.body.find(name) != std::string::npos, answer.body << " names no " << name);
  }
  BOOST_TEST(e2e::Get(Public("/api/thoughts/?colour=red&limit=5")).status == 200);
}

BOOST_AUTO_TEST_SUITE_END()
