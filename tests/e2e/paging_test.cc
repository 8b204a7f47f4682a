// Lists in pages: following Link neither repeats nor skips, also while others write.

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <mutex>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <thread>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(paging)

using e2e::Json;
using e2e::Public;

// The URL of a relation in a Link header, "" when it is not there.
std::string Relation(const e2e::Answer& answer, const std::string& name) {
  const auto link = answer.header("link");
  std::smatch match;
  const std::regex pattern("<([^>]*)>; *rel=\"?" + name + "\"?");
  if (!std::regex_search(link, match, pattern)) return "";
  const std::string url = match[1];
  return url.starts_with("/") ? Public(url) : url;
}

std::vector<long> Follow(std::string url, const std::string& authorization = "") {
  std::vector<long> ids;
  for (int pages = 0; !url.empty() && pages < 500; ++pages) {
    const auto answer = e2e::Get(url, authorization);
    BOOST_REQUIRE_MESSAGE(answer.status == 200, url << ": " << answer.status << answer.body);
    for (const auto& thought : Json(answer)) ids.push_back(thought.at("id").get<long>());
    url = Relation(answer, "next");
  }
  return ids;
}

// Between a writer's requests: a reader of small pages must be able to catch up.
constexpr auto kPace = std::chrono::milliseconds(10);

struct Many {
  e2e::User user = e2e::NewUser();
  std::vector<long> ids;
  Many() {
    for (int i = 0; i < 25; ++i) ids.push_back(e2e::NewThought(user, "paged " + std::to_string(i)));
  }
  std::string List(const std::string& query) const {
    return Public("/api/thoughts/?username=" + e2e::Encode(user.username) + "&" + query);
  }
};

BOOST_FIXTURE_TEST_CASE(twenty_by_default_and_next_leads_on, Many) {
  const auto first = e2e::Get(List(""));
  BOOST_TEST(Json(first).size() == 20u);
  BOOST_TEST(!Relation(first, "next").empty());
  BOOST_TEST(Relation(first, "prev").empty());
  BOOST_TEST(Follow(List("")) == ids, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(both_directions_and_any_size_give_all_once, Many) {
  const std::vector<long> descending(ids.rbegin(), ids.rend());
  BOOST_TEST(Follow(List("limit=4")) == ids, boost::test_tools::per_element());
  BOOST_TEST(Follow(List("limit=7&sort=-id")) == descending, boost::test_tools::per_element());
  BOOST_TEST(Follow(List("limit=25")) == ids, boost::test_tools::per_element());
  BOOST_TEST(Follow(Public("/api/me/thoughts/?limit=4"), user.authorization) == ids,
             boost::test_tools::per_element());
  BOOST_TEST(
      Follow(Public("/api/users/" + e2e::Encode(user.username) + "/thoughts/?limit=4")) == ids,
      boost::test_tools::per_element());
  BOOST_TEST(Follow(List("limit=3&search=PAGED")) == ids, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(prev_leads_back_to_the_page_before, Many) {
  const auto first = e2e::Get(List("limit=5"));
  const auto second = e2e::Get(Relation(first, "next"));
  const auto back = Relation(second, "prev");
  BOOST_REQUIRE(!back.empty());
  BOOST_TEST(Json(e2e::Get(back)) == Json(first));
}

BOOST_FIXTURE_TEST_CASE(a_reader_of_pages_misses_nothing_while_others_write, Many) {
  std::atomic<bool> stop = false;
  std::atomic<int> failures = 0;
  std::vector<std::thread> writers;
  const auto mark = "busy" + std::to_string(user.id);
  std::mutex lock;
  std::set<long> written;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&] {
      auto next = std::chrono::steady_clock::now();
      while (!stop) {
        std::this_thread::sleep_until(next += kPace);
        const auto answer =
            e2e::PostForm(Public("/api/me/thoughts/"), "text=" + mark, user.authorization);
        const std::lock_guard guard(lock);
        if (answer.status == 201) {
          written.insert(Json(answer).at("id").get<long>());
        } else {
          ++failures;
        }
      }
    });
  }
  // A reader follows `next` and asks for the last page again until it has a next one. It ends when
  // the writers are through and there is none.
  std::vector<long> seen;
  std::string url = Public("/api/thoughts/?limit=3&search=" + mark);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(3);
  for (bool more = true; more;) {
    if (!stop && std::chrono::steady_clock::now() > end) {
      stop = true;
      for (auto& writer : writers) writer.join();
    }
    const bool writing = !stop;
    const auto answer = e2e::Get(url);
    if (answer.status != 200) ++failures;
    const auto next = Relation(answer, "next");
    if (!next.empty() || !writing) {
      for (const auto& thought : Json(answer)) seen.push_back(thought.at("id").get<long>());
    }
    if (!next.empty()) url = next;
    more = writing || !next.empty();
  }
  BOOST_TEST(failures == 0);
  BOOST_TEST(written.size() > 50u);
  const std::set<long> once(seen.begin(), seen.end());
  BOOST_TEST(once.size() == seen.size(), "a thought came twice");
  BOOST_TEST(once == written, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
