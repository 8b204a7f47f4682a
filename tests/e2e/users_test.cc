// Accounts: signing up, logging in, one's own account, logging out.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(users)

using e2e::Json;
using e2e::Keys;
using e2e::Public;
using Names = std::vector<std::string>;

std::string UserUrl(const std::string& name, const std::string& rest = "") {
  return Public("/api/users/" + e2e::Encode(name) + "/" + rest);
}

e2e::Answer SignUp(const std::string& username, const std::string& password) {
  const nlohmann::json body = {{"username", username}, {"password", password}};
  return e2e::PostJson(Public("/api/users/"), body.dump());
}

BOOST_AUTO_TEST_CASE(sign_up_gives_the_user_and_its_place) {
  const auto name = e2e::Unique("Grace");
  const auto answer = SignUp(name, "long enough");
  BOOST_REQUIRE(answer.status == 201);
  BOOST_TEST(Keys(Json(answer)) == (Names{"creation", "id", "username"}));
  const auto read = e2e::Get(UserUrl(name));
  BOOST_TEST(read.status == 200);
  BOOST_TEST(Json(read).at("username") == name);
  const auto head = e2e::Send({.method = "HEAD", .url = UserUrl(name)});
  BOOST_TEST(head.status == 200);
  BOOST_TEST(head.body.empty());
}

BOOST_AUTO_TEST_CASE(a_taken_name_is_409_without_regard_to_case) {
  const auto name = e2e::Unique("Zo\xC3\xAB");
  BOOST_REQUIRE(SignUp(name, "long enough").status == 201);
  E2E_PROBLEM(SignUp(name, "long enough"), 409);
  E2E_PROBLEM(SignUp("ZO\xC3\x8B" + name.substr(4), "long enough"), 409);
}

BOOST_AUTO_TEST_CASE(every_broken_rule_is_listed) {
  const auto answer = SignUp(" x", "short");
  E2E_PROBLEM(answer, 422);
  std::vector<std::string> fields;
  const auto body = Json(answer);
  for (const auto& error : body.at("errors")) fields.push_back(error.at("field"));
  BOOST_TEST(fields == (Names{"username", "password"}));
  E2E_PROBLEM(SignUp(std::string(51, 'x'), "long enough"), 422);
  E2E_PROBLEM(SignUp("new\nline", "long enough"), 422);
  E2E_PROBLEM(SignUp(e2e::Unique("x"), std::string(1025, 'p')), 422);
  E2E_PROBLEM(e2e::PostForm(Public("/api/users/"), ""), 422);
}

BOOST_AUTO_TEST_CASE(an_unknown_user_is_404) {
  E2E_PROBLEM(e2e::Get(UserUrl("nobody at all")), 404);
  E2E_PROBLEM(e2e::Get(UserUrl("nobody at all", "thoughts/")), 404);
}

BOOST_AUTO_TEST_CASE(wrong_name_and_wrong_password_get_the_same_answer) {
  const auto user = e2e::NewUser();
  const auto login = [](const std::string& name) {
    return e2e::PostForm(Public("/api/login/"),
                         "username=" + e2e::Encode(name) + "&password=not+this+one");
  };
  const auto known = login(user.username);
  const auto unknown = login(e2e::Unique("unknown"));
  E2E_PROBLEM(known, 401);
  E2E_PROBLEM(unknown, 401);
  BOOST_TEST(Json(known).at("detail") == Json(unknown).at("detail"));
}

BOOST_AUTO_TEST_CASE(a_login_without_its_fields_is_refused_and_names_them) {
  E2E_PROBLEM(e2e::PostForm(Public("/api/login/"), "username=demo"), 422);
  E2E_PROBLEM(e2e::PostJson(Public("/api/login/"), R"({"username":1,"password":"12345678"})"), 422);
}

BOOST_AUTO_TEST_CASE(the_own_account_is_private) {
  const auto user = e2e::NewUser();
  const auto me = e2e::Get(Public("/api/me/"), user.authorization);
  BOOST_TEST(me.status == 200);
  BOOST_TEST(Json(me).at("username") == user.username);
  BOOST_TEST(Json(me).at("id") == user.id);
  BOOST_TEST(me.header("cache-control") == "private, no-store");
  E2E_PROBLEM(e2e::Get(Public("/api/me/")), 401);
  E2E_PROBLEM(e2e::Get(Public("/api/me/"), "Bearer not.a.token"), 401);
  E2E_PROBLEM(e2e::Get(Public("/api/me/"), user.authorization + "x"), 401);
}

BOOST_AUTO_TEST_CASE(the_export_holds_everything) {
  const auto user = e2e::NewUser();
  e2e::NewThought(user, "first to export");
  e2e::NewThought(user, "second to export");
  const auto answer = e2e::Get(Public("/api/me/export/"), user.authorization);
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(Json(answer).is_object());
  for (const auto& text :
       {user.username, std::string("first to export"), std::string("second to")}) {
    BOOST_TEST(answer.body.find(text) != std::string::npos, text << " is not in the export");
  }
  BOOST_TEST(answer.body.find("scrypt") == std::string::npos);
  E2E_PROBLEM(e2e::Get(Public("/api/me/export/")), 401);
}

// What a refusal everywhere means: many requests, so that every worker is asked.
bool RefusedEverywhere(const std::string& authorization) {
  for (int i = 0; i < 60; ++i) {
    for (const char* path : {"/api/me/", "/api/me/thoughts/"}) {
      e2e::Client fresh;  // a connection of its own
      const auto answer =
          fresh.Send({.url = Public(path), .headers = {"Authorization: " + authorization}});
      if (answer.status != 401) return false;
    }
  }
  return true;
}

BOOST_AUTO_TEST_CASE(after_logging_out_every_worker_refuses_within_a_second) {
  const auto user = e2e::NewUser();
  const auto other = e2e::Login(user.username, user.password);
  const auto out = e2e::PostForm(Public("/api/logout/"), "", user.authorization);
  BOOST_TEST(out.status == 204);
  std::this_thread::sleep_for(std::chrono::seconds(1));  // the promise
  BOOST_TEST(RefusedEverywhere(user.authorization));
  BOOST_TEST(e2e::Get(Public("/api/me/"), other).status == 200);
}

BOOST_AUTO_TEST_CASE(a_new_password_ends_the_sessions_before_it) {
  const auto user = e2e::NewUser();
  const nlohmann::json body = {{"password", user.password}, {"new_password", "another password"}};
  const auto changed =
      e2e::Send({"PUT",
                 Public("/api/me/password/"),
                 {"Content-Type: application/json", "Authorization: " + user.authorization},
                 body.dump()});
  BOOST_TEST(changed.status == 204, changed.body);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  BOOST_TEST(RefusedEverywhere(user.authorization));
  BOOST_TEST(!e2e::Login(user.username, "another password").empty());
}

BOOST_AUTO_TEST_CASE(a_deleted_account_takes_its_thoughts_along) {
  const auto user = e2e::NewUser();
  const auto id = e2e::NewThought(user, "soon gone");
  BOOST_TEST(e2e::Delete(Public("/api/me/"), user.authorization).status == 204);
  E2E_PROBLEM(e2e::Get(UserUrl(user.username)), 404);
  E2E_PROBLEM(e2e::Get(Public("/api/thoughts/" + std::to_string(id) + "/")), 404);
  std::this_thread::sleep_for(std::chrono::seconds(1));
  BOOST_TEST(RefusedEverywhere(user.authorization));
}

BOOST_AUTO_TEST_SUITE_END()
