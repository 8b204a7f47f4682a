// The own account through NGINX: conditions, sessions, personal tokens, apps, and what happens at
// the same moment.

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(account)

using e2e::Delete;
using e2e::Get;
using e2e::Json;
using e2e::Public;

namespace {

e2e::Answer Conditional(const std::string& method, const std::string& path, const e2e::User& user,
                        const std::string& condition, const std::string& body = {}) {
  return e2e::Send({method,
                    Public(path),
                    {"Authorization: " + user.authorization, condition,
                     "Content-Type: application/x-www-form-urlencoded"},
                    body});
}

std::string Id(const e2e::User& user) { return std::to_string(user.id); }

e2e::Answer NewToken(const e2e::User& user, std::vector<std::string> headers = {}) {
  return e2e::PostForm(Public("/api/me/tokens/"), "name=backup&scopes=thoughts:read",
                       user.authorization, std::move(headers));
}

}  // namespace

BOOST_AUTO_TEST_CASE(what_a_client_has_already_is_304) {
  const auto user = e2e::NewUser();
  const auto id = std::to_string(e2e::NewThought(user, "kept"));
  for (const std::string& path :
       {"/api/users/" + e2e::Encode(user.username) + "/", std::string("/api/me/"),
        "/api/me/thoughts/" + id + "/", "/api/thoughts/" + id + "/"}) {
    const auto etag = Get(Public(path), user.authorization).header("etag");
    const auto again = Conditional("GET", path, user, "If-None-Match: " + etag);
    BOOST_TEST(again.status == 304, path);
    BOOST_TEST(again.header("etag") == etag);
    BOOST_TEST(Conditional("GET", path, user, "If-None-Match: \"other\"").status == 200, path);
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_as_expected_is_not_written) {
  const auto user = e2e::NewUser();
  const auto thought = "/api/me/thoughts/" + std::to_string(e2e::NewThought(user, "mine")) + "/";
  E2E_PROBLEM(Conditional("DELETE", "/api/me/", user, "If-Match: \"other\""), 412);
  E2E_PROBLEM(Conditional("DELETE", thought, user, "If-Match: \"other\""), 412);
  E2E_PROBLEM(Conditional("PATCH", thought, user, "If-Match: \"other\"", "text=new"), 412);
  BOOST_TEST(Json(Get(Public(thought), user.authorization)).value("text", "") == "mine");
}

BOOST_AUTO_TEST_CASE(wrong_parameters_are_named_by_every_list) {
  const auto user = e2e::NewUser();
  for (const std::string& path : {std::string("/api/thoughts/"), std::string("/api/me/thoughts/"),
                                  "/api/users/" + e2e::Encode(user.username) + "/thoughts/"}) {
    const auto answer = Get(Public(path + "?limit=0&sort=up&cursor=x"), user.authorization);
    E2E_PROBLEM(answer, 422);
    BOOST_TEST(Json(answer)["errors"].size() == 3u, path);
  }
}

BOOST_AUTO_TEST_CASE(sessions_are_listed_and_ended_one_by_one_or_all) {
  const auto user = e2e::NewUser();
  const auto second = e2e::Login(user.username, user.password);
  e2e::Login(user.username, user.password);
  const auto list = [&] { return Json(Get(Public("/api/me/sessions/"), user.authorization)); };
  const auto sessions = list();
  BOOST_REQUIRE(sessions.size() == 3u);
  BOOST_TEST(sessions[2].value("present", false));  // newest first
  const std::string newest = sessions[0]["id"];
  BOOST_TEST(Delete(Public("/api/me/sessions/" + newest + "/"), user.authorization).status == 204);
  E2E_PROBLEM(Delete(Public("/api/me/sessions/" + newest + "/"), user.authorization), 404);
  BOOST_TEST(list().size() == 2u);
  BOOST_TEST(Delete(Public("/api/me/sessions/"), user.authorization).status == 204);
  BOOST_TEST(list().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_personal_token_is_shown_once_and_a_repeat_after_its_end_is_410) {
  const auto user = e2e::NewUser();
  const auto made = NewToken(user, {"Idempotency-Key: first"});
  BOOST_REQUIRE(made.status == 201);
  const std::string token = Json(made)["token"], id = Json(made)["id"];
  BOOST_TEST(Get(Public("/api/me/thoughts/"), "Bearer " + token).status == 200);
  const auto list = Get(Public("/api/me/tokens/"), user.authorization);
  BOOST_TEST(Json(list).size() == 1u);
  BOOST_TEST(list.body.find(token) == std::string::npos);
  BOOST_TEST(Delete(Public(made.header("location")), user.authorization).status == 204);
  E2E_PROBLEM(Delete(Public("/api/me/tokens/" + id + "/"), user.authorization), 404);
  E2E_PROBLEM(NewToken(user, {"Idempotency-Key: first"}), 410);
}

BOOST_AUTO_TEST_CASE(a_hundred_personal_tokens_are_enough) {
  const auto user = e2e::NewUser();
  e2e::Sql(
      "INSERT INTO personal_tokens (id, user_id, name, scopes, creation, expiry) "
      "SELECT gen_random_uuid()::text, " +
      Id(user) +
      ", 'many', '{profile}', clock_timestamp(), clock_timestamp() + interval '1 day' "
      "FROM generate_series(1, 100)");
  E2E_PROBLEM(NewToken(user), 409);
}

BOOST_AUTO_TEST_CASE(an_app_that_was_allowed_something_is_listed_exported_and_refused_again) {
  const auto user = e2e::NewUser();
  const auto app = "app-of-" + Id(user);
  e2e::Sql(
      "INSERT INTO oauth_clients (id, name, auth_method, redirect_uris, grant_types, scopes, "
      "registered_from) VALUES ('" +
      app +
      "', 'Birdsong', 'none', '{https://app.example/}', '{authorization_code}', '{profile}', '" +
      app + "')");
  e2e::Sql("INSERT INTO oauth_consents (user_id, client_id, scopes) VALUES (" + Id(user) + ", '" +
           app + "', '{profile}')");
  NewToken(user);
  const auto apps = Json(Get(Public("/api/me/apps/"), user.authorization));
  BOOST_TEST(apps.size() == 1u);
  const auto all = Json(Get(Public("/api/me/export/"), user.authorization));
  for (const char* part : {"apps", "tokens", "sessions"}) BOOST_TEST(all[part].size() == 1u, part);
  const auto url = Public("/api/me/apps/" + app + "/");
  BOOST_TEST(Delete(url, user.authorization).status == 204);
  E2E_PROBLEM(Delete(url, user.authorization), 404);
}

BOOST_AUTO_TEST_CASE(a_password_is_changed_by_who_knows_it_and_by_one_request_alone) {
  const auto put = [](const e2e::User& user, const std::string& present, const std::string& next) {
    return e2e::Send({"PUT",
                      Public("/api/me/password/"),
                      {"Authorization: " + user.authorization,
                       "Content-Type: application/x-www-form-urlencoded"},
                      "password=" + e2e::Encode(present) + "&new_password=" + e2e::Encode(next)});
  };
  E2E_PROBLEM(put(e2e::NewUser(), "not this one", "another of mine"), 403);

  // Some at the same moment, until two of them meet: each has checked the old password by then.
  bool met = false;
  for (int round = 0; round < 20 && !met; ++round) {
    const auto user = e2e::NewUser();
    std::vector<e2e::Answer> answers(4);
    std::vector<std::thread> threads;
    for (size_t i = 0; i < answers.size(); ++i) {
      threads.emplace_back([&, i] {
        answers[i] = put(user, user.password, "another of mine " + std::to_string(i));
      });
    }
    for (auto& thread : threads) thread.join();
    BOOST_TEST(std::ranges::count(answers, 204, &e2e::Answer::status) == 1);
    met = std::ranges::count(answers, 409, &e2e::Answer::status) > 0;
  }
  BOOST_TEST(met);
}

BOOST_AUTO_TEST_SUITE_END()
