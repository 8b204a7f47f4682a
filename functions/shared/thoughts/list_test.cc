#include "functions/shared/thoughts/list.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <map>
#include <set>
#include <thread>

#include "functions/shared/accounts/testing/server.h"

namespace {

using accounts::testing::Owner;
using thoughts::ListQuery;
using thoughts::Page;

// A thought's id is all that these tests look at.
std::vector<int64_t> Ids(const std::string& json) {
  constexpr std::string_view kId = "{\"id\":";
  std::vector<int64_t> ids;
  for (size_t at = 0; (at = json.find(kId, at)) != std::string::npos;) {
    ids.push_back(std::stoll(json.substr(at += kId.size())));
  }
  return ids;
}

struct Fixture {
  Fixture() {
    Owner().Run("TRUNCATE users CASCADE");
    user = accounts::testing::AddUser("writer");
    other = accounts::testing::AddUser("other");
  }

  void Add(const std::string& text, int64_t by = 0) {
    Owner().Query(
        "INSERT INTO thoughts (user_id, username, text) SELECT id, username, $2 FROM users WHERE "
        "id = $1",
        {std::to_string(by ? by : user), text});
  }
  // `count` thoughts of words, letters and numbers, by both users in turn.
  void AddMany(int count) {
    Owner().Query(
        "INSERT INTO thoughts (user_id, username, text) "
        "SELECT CASE WHEN n % 2 = 0 THEN $1::bigint ELSE $2::bigint END, 'x', "
        "'the Number ' || n || CASE WHEN n % 700 = 0 THEN ' Quokka' ELSE '' END "
        "|| CASE WHEN n % 60 = 0 THEN ' Wombat' ELSE '' END FROM generate_series(1, $3::int) AS n",
        {std::to_string(user), std::to_string(other), std::to_string(count)});
  }

  Page Fetch(const ListQuery& query, std::optional<int64_t> of_user = {}) {
    host::db::Database db(*server.process().pool,
                          std::chrono::steady_clock::now() + std::chrono::seconds(30));
    return thoughts::FetchPage(db, query, of_user);
  }

  std::vector<int64_t> Search(const std::string& search) {
    return Ids(Fetch({.search = search, .limit = 100}).json);
  }

  // What the answer should be, the plain way.
  std::vector<int64_t> Expected(const ListQuery& query, std::optional<int64_t> of_user = {}) {
    std::vector<int64_t> ids;
    for (const auto& row : Owner().Query("SELECT id FROM thoughts WHERE strpos(folded, fold($1)) > "
                                         "0 AND ($2 = 0 OR user_id = $2::bigint) ORDER BY id",
                                         {query.search, std::to_string(of_user.value_or(0))})) {
      ids.push_back(std::stoll(*row[0]));
    }
    if (query.descending) std::reverse(ids.begin(), ids.end());
    return ids;
  }

  // Walks to the end by `next`, then back to the beginning by `previous`, and wants the same both
  // times.
  std::vector<int64_t> Walk(ListQuery query, std::optional<int64_t> of_user = {}) {
    std::vector<int64_t> forth;
    std::vector<std::vector<int64_t>> pages;
    Page page = Fetch(query, of_user);
    BOOST_TEST(!page.previous);
    for (;;) {
      pages.push_back(Ids(page.json));
      forth.insert(forth.end(), pages.back().begin(), pages.back().end());
      BOOST_REQUIRE(pages.back().size() <= static_cast<size_t>(query.limit));
      if (!page.next) break;
      query.cursor = thoughts::Decode(Encode(*page.next));
      page = Fetch(query, of_user);
    }
    for (size_t i = pages.size(); i-- > 1;) {
      BOOST_REQUIRE(page.previous);
      query.cursor = page.previous;
      page = Fetch(query, of_user);
      BOOST_TEST(Ids(page.json) == pages[i - 1], boost::test_tools::per_element());
      BOOST_TEST(page.next.has_value());
    }
    BOOST_TEST(!page.previous);
    return forth;
  }

  accounts::testing::Server server{{.function = "thoughts_list", .role = "thoughts_service"}};
  int64_t user = 0, other = 0;
};

BOOST_FIXTURE_TEST_SUITE(lists, Fixture)

BOOST_AUTO_TEST_CASE(a_search_finds_any_piece_of_any_script_whatever_its_case) {
  const std::map<std::string, std::vector<std::string>> kFinds = {
      {"A tale about a Platypus",
       {"platypus", "PLATYPUS", "a", "at", "tale about", " a ", "A tale about a Platypus", "s"}},
      {"100% of snake_case\\path 'quoted'",
       {"%", "_", "\\", "0%", "e_c", "\\p", "'", "'q", "% of", "100%", "_CASE"}},
      {"Привет, МИР", {"привет", "мир", "М", "ИР", "т, "}},
      {"今日は良い天気ですね", {"今", "天気", "良い天"}},
      {"party 🎉🎊!", {"🎉", "🎉🎊", "🎊!", "y 🎉"}},
      {"ΟΔΟΣ Straße İstanbul ÅNGSTRÖM",
       {"οδος", "οδοσ", "STRASSE", "straße", "istanbul", "ångström", "ß"}},
      {"two\nlines\tand a tab", {"\n", "two\nlines", "\t", "S\tA"}},
      {"a & b | !c:* <-> (d)", {"&", "| !", ":*", "<->", "(d)", "&  "}},
  };
  for (const auto& [text, searches] : kFinds) Add(text);
  for (const auto& [text, searches] : kFinds) {
    for (const auto& search : searches) {
      const auto expected = Expected(
          {.search = search, .username = {}, .limit = 20, .descending = false, .cursor = {}});
      BOOST_TEST(Search(search) == expected, "search " << search);
      if (search != "&  ") BOOST_TEST(!expected.empty(), "nothing expected for " << search);
    }
  }
  for (const auto* absent : {"platypuss", "%%", "__", "zq", "語", "🎈", "ё", "qx"})
    BOOST_TEST(Search(absent).empty(), absent);
  // The index alone gives the same: these are few, so the window has found them all until here.
  AddMany(9000);
  for (const auto& [text, searches] : kFinds) {
    for (const auto& search : searches) {
      const auto expected = Expected(
          {.search = search, .username = {}, .limit = 20, .descending = false, .cursor = {}});
      auto found =
          Walk({.search = search, .username = {}, .limit = 100, .descending = true, .cursor = {}});
      std::reverse(found.begin(), found.end());
      BOOST_TEST(found == expected, "search " << search);
    }
  }
}

BOOST_AUTO_TEST_CASE(pages_put_together_are_the_list_in_both_orders_and_both_directions) {
  AddMany(3000);
  for (const bool descending : {false, true}) {
    for (const auto* search : {"", "quokka", "wombat", "number 29", "absent"}) {
      for (const std::optional<int64_t> of_user : {std::optional<int64_t>(), std::optional(user)}) {
        const ListQuery query{
            .search = search, .username = {}, .limit = 50, .descending = descending, .cursor = {}};
        BOOST_TEST(Walk(query, of_user) == Expected(query, of_user), search << " " << descending);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_word_that_ends_with_the_window_is_not_the_last) {
  // Matches at number 400 and 401 alone: the window's last row is itself a match.
  for (int i = 1; i <= 402; ++i) Add(i == 400 || i == 401 ? "needle" : "hay");
  BOOST_TEST(Search("needle").size() == 2u);
  BOOST_TEST(Ids(Fetch({.search = "needle", .limit = 1}).json).size() == 1u);
  BOOST_TEST(Fetch({.search = "needle", .limit = 1}).next.has_value());
}

BOOST_AUTO_TEST_CASE(a_thought_committed_behind_the_walker_s_back_comes_with_the_next_page) {
  for (int i = 0; i < 5; ++i) Add("early");
  const auto insert = [&](sql::Connection& connection) {
    return std::stoll(connection.One(
        "INSERT INTO thoughts (user_id, username, text) VALUES ($1, 'writer', 'late') RETURNING id",
        {std::to_string(user)}));
  };
  for (const auto* search : {"", "late"}) {
    for (const std::optional<int64_t> of_user : {std::optional<int64_t>(), std::optional(user)}) {
      sql::Connection slow(sql::testing::SharedDatabase().url()),
          slower(sql::testing::SharedDatabase().url());
      slow.Run("BEGIN");
      slower.Run("BEGIN");
      const auto first = insert(slow), second = insert(slower), third = insert(slow);
      const auto fourth = insert(Owner()), fifth = insert(Owner());

      ListQuery query{
          .search = search, .username = {}, .limit = 100, .descending = false, .cursor = {}};
      query.limit = static_cast<int>(Expected(query, of_user).size()) - 1;
      const auto page = Fetch(query, of_user);
      BOOST_TEST(Ids(page.json).back() == fourth);
      slow.Run("COMMIT");
      query.limit = 1;  // more late ones than fit on a page
      std::vector<int64_t> seen;
      for (auto next = page.next; next;) {
        query.cursor = thoughts::Decode(Encode(*next));
        const auto more = Fetch(query, of_user);
        for (const auto id : Ids(more.json)) seen.push_back(id);
        if (seen.size() == 1) slower.Run("COMMIT");
        next = more.next;
      }
      const std::vector<int64_t> expected = {first, second, third, fifth};
      BOOST_TEST(std::set(seen.begin(), seen.end()) == std::set(expected.begin(), expected.end()));
      BOOST_TEST(seen.size() == 4u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_walk_among_writers_sees_every_thought_once) {
  AddMany(50);
  std::atomic<int> writing = 6;
  std::vector<std::thread> writers;
  for (int w = 0; w < 6; ++w) {
    writers.emplace_back([&, w] {
      sql::Connection connection(sql::testing::SharedDatabase().url());
      const auto statement = "INSERT INTO thoughts (user_id, username, text) VALUES (" +
                             std::to_string(user) + ", 'writer', 'w')";
      for (int i = 0; i < 150; ++i) {
        connection.Run("BEGIN;" + statement);
        // Some hold their transaction open while others pass them.
        if (i % (w + 2) == 0) connection.Run("SELECT pg_sleep(0.003)");
        connection.Run(statement + (i % 10 == 9 ? ";ROLLBACK" : ";COMMIT"));
      }
      --writing;
    });
  }
  std::map<int64_t, int> seen;
  ListQuery query{.search = {}, .username = {}, .limit = 3, .descending = false, .cursor = {}};
  for (;;) {
    const bool quiet = writing == 0;
    const auto page = Fetch(query);
    if (!page.next && !quiet) continue;  // caught up: the same page again
    for (const auto id : Ids(page.json)) ++seen[id];
    if (!page.next) break;
    query.cursor = page.next;
  }
  for (auto& writer : writers) writer.join();
  const auto all =
      Expected({.search = {}, .username = {}, .limit = 20, .descending = false, .cursor = {}});
  BOOST_TEST(all.size() == 50u + 6 * 135 * 2);
  BOOST_TEST(seen.size() == all.size());
  for (const auto& [id, times] : seen) BOOST_TEST(times == 1, id << " came " << times << " times");
}

BOOST_AUTO_TEST_CASE(a_deleted_thought_does_not_break_a_walk) {
  for (int i = 0; i < 6; ++i) Add("x");
  ListQuery query{.search = {}, .username = {}, .limit = 2, .descending = false, .cursor = {}};
  auto page = Fetch(query);
  Owner().Run("DELETE FROM thoughts WHERE id IN (SELECT id FROM thoughts ORDER BY id LIMIT 3)");
  query.cursor = page.next;
  page = Fetch(query);
  BOOST_TEST(Ids(page.json).size() == 2u);
  Owner().Run("DELETE FROM thoughts");
  query.cursor = page.next;
  page = Fetch(query);
  BOOST_TEST(page.json == "[]");
  BOOST_TEST(!page.next);
  query.cursor = page.previous;
  page = Fetch(query);
  BOOST_TEST(page.json == "[]");
}

BOOST_AUTO_TEST_CASE(a_foreign_snapshot_that_reads_well_is_no_error) {
  Add("x");
  for (const auto* snapshot :
       {"1:1:", "5:9:7", "1:4611686018427387903:", "4611686018427387900:4611686018427387903:"}) {
    ListQuery query;
    query.cursor = thoughts::Cursor{.back = false,
                                    .descending = false,
                                    .id = int64_t{1} << 62,
                                    .snapshot = snapshot,
                                    .shown = {1, 2}};
    Fetch(query);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
