// Writes that are sent twice happen once.

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(repeats)

using e2e::Json;
using e2e::Public;

e2e::Answer Post(const e2e::User& user, const std::string& text, const std::string& key) {
  return e2e::PostForm(Public("/api/me/thoughts/"), "text=" + e2e::Encode(text), user.authorization,
                       {"Idempotency-Key: " + key});
}

BOOST_AUTO_TEST_CASE(the_same_key_and_body_get_the_first_answer) {
  const auto user = e2e::NewUser();
  const auto first = Post(user, "said once", "key-1");
  const auto second = Post(user, "said once", "key-1");
  BOOST_TEST(first.status == 201);
  BOOST_TEST(second.status == 201);
  BOOST_TEST(second.body == first.body);
  BOOST_TEST(second.header("location") == first.header("location"));
  BOOST_TEST(Json(e2e::Get(Public("/api/me/thoughts/"), user.authorization)).size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_same_key_with_another_body_is_422) {
  const auto user = e2e::NewUser();
  BOOST_TEST(Post(user, "said once", "key-1").status == 201);
  E2E_PROBLEM(Post(user, "said otherwise", "key-1"), 422);
}

BOOST_AUTO_TEST_CASE(a_key_belongs_to_one_user) {
  const auto one = e2e::NewUser();
  const auto two = e2e::NewUser();
  BOOST_TEST(Post(one, "from one", "shared-key").status == 201);
  const auto answer = Post(two, "from two", "shared-key");
  BOOST_TEST(answer.status == 201);
  BOOST_TEST(Json(answer).at("text") == "from two");
}

BOOST_AUTO_TEST_CASE(sixteen_at_once_make_one_thought) {
  const auto user = e2e::NewUser();
  std::vector<e2e::Answer> answers(16);
  std::vector<std::thread> threads;
  for (auto& answer : answers) {
    threads.emplace_back([&] { answer = Post(user, "all at once", "key-16"); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& answer : answers) {
    BOOST_TEST(answer.status == 201);
    BOOST_TEST(answer.body == answers[0].body);
  }
  BOOST_TEST(Json(e2e::Get(Public("/api/me/thoughts/"), user.authorization)).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_repeated_sign_up_is_no_conflict) {
  const auto name = e2e::Unique("repeated");
  const nlohmann::json body = {{"username", name}, {"password", "long enough"}};
  const auto send = [&] {
    return e2e::PostJson(Public("/api/users/"), body.dump(), "",
                         {"Idempotency-Key: " + e2e::Encode(name)});
  };
  const auto first = send();
  const auto second = send();
  BOOST_TEST(first.status == 201);
  BOOST_TEST(second.status == 201);
  BOOST_TEST(second.body == first.body);
}

BOOST_AUTO_TEST_CASE(one_trace_id_may_cover_several_writes) {
  const auto user = e2e::NewUser();
  for (int i = 0; i < 2; ++i) {
    const auto answer = e2e::PostForm(Public("/api/me/thoughts/"), "text=same", user.authorization,
                                      {"X-Request-ID: trace-1"});
    BOOST_TEST(answer.status == 201);
  }
  BOOST_TEST(Json(e2e::Get(Public("/api/me/thoughts/"), user.authorization)).size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
