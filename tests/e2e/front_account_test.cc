// The account pages through NGINX, each part as a user without JavaScript goes through it.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/e2e/browser.h"

BOOST_AUTO_TEST_SUITE(front_account)

using e2e::Browser;
using e2e::Public;
using e2e::Shows;

// Goes on to where a form leads, and sees this note there.
e2e::Answer CheckNote(Browser& browser, const e2e::Answer& sent, const std::string& note) {
  auto page = browser.Follow(sent);
  BOOST_TEST(page.status == 200);
  BOOST_TEST(Shows(page, note), page.body);
  return page;
}

// A page of the account, which no cache may keep.
e2e::Answer Open(Browser& browser, const std::string& path) {
  auto page = browser.Get(path);
  BOOST_REQUIRE_MESSAGE(page.status == 200, page.status << page.body);
  BOOST_TEST(page.header("cache-control") == "no-store");
  BOOST_TEST(Shows(page, "Log out"));
  return page;
}

Browser LoggedIn(const e2e::User& user, const std::string& name = "curl/8") {
  Browser browser;
  browser.name = name;
  const auto home = browser.SignIn(browser.Get("/login/"), user);
  BOOST_REQUIRE(Shows(home, user.username));
  return browser;
}

int Status(const std::string& authorization) {
  return e2e::Get(Public("/api/me/"), authorization).status;
}

void CheckEnded(const std::vector<std::string>& authorizations) {
  std::this_thread::sleep_for(std::chrono::seconds(1));  // the promise
  for (const auto& authorization : authorizations) BOOST_TEST(Status(authorization) == 401);
}

nlohmann::json OwnList(const Browser& browser, const std::string& what) {
  return e2e::Json(e2e::Get(Public("/api/me/" + what + "/"), browser.authorization()));
}

BOOST_AUTO_TEST_CASE(a_guest_logs_in_first_and_comes_back_to_the_part_that_was_wanted) {
  const auto user = e2e::NewUser();
  for (const char* part : {"", "password/", "sessions/", "apps/", "tokens/", "delete/"}) {
    const auto path = std::string("/account/") + part;
    Browser browser;
    const auto page = browser.SignIn(browser.Follow(browser.Get(path)), user);
    BOOST_TEST(page.status == 200);
    BOOST_TEST(Shows(page, user.username), path);
  }
}

BOOST_AUTO_TEST_CASE(every_part_of_the_account_is_reached_from_its_page) {
  auto browser = LoggedIn(e2e::NewUser());
  const auto page = Open(browser, "/account/");
  size_t parts = 0;
  for (size_t at = 0; (at = page.body.find("<a class=\"item\"", at)) != std::string::npos; ++at) {
    const auto path = e2e::Attribute(page.body.substr(at), "href");
    const auto part = browser.Get(path);
    BOOST_TEST(part.status == 200, path);
    BOOST_TEST((path == "/account/export/" || Shows(part, "Log out")), path);
    ++parts;
  }
  BOOST_TEST(parts == 6);
}

BOOST_AUTO_TEST_CASE(d3_a_password_is_changed_on_its_page_and_all_other_sessions_end) {
  auto user = e2e::NewUser();
  auto browser = LoggedIn(user);
  const auto before = browser.authorization();
  const auto page = Open(browser, "/account/password/");
  const auto wrong = browser.Submit(page, {{"username", user.username},
                                           {"password", "not this one"},
                                           {"new_password", "nine green kettles"}});
  BOOST_TEST(wrong.status == 403);
  BOOST_TEST(Shows(wrong, "The present password is wrong."));
  const auto weak = browser.Submit(
      wrong, {{"username", user.username}, {"password", user.password}, {"new_password", "short"}});
  BOOST_TEST(weak.status == 422);
  BOOST_TEST(Shows(weak, "The new password "));
  BOOST_TEST(!Shows(weak, user.password));
  const e2e::Fields good{{"username", user.username},
                         {"password", user.password},
                         {"new_password", "nine green kettles"}};
  Browser twice = browser;  // the same window: a double click sends the form again
  CheckNote(browser, browser.Submit(weak, good), "Your password is changed.");
  CheckNote(twice, twice.Submit(weak, good), "Your password is changed.");
  BOOST_TEST(Status(browser.authorization()) == 200);
  BOOST_TEST(Status(twice.authorization()) == 200);
  CheckEnded({before, user.authorization});
  user.password = "nine green kettles";
  LoggedIn(user);
}

BOOST_AUTO_TEST_CASE(d3_sessions_are_shown_in_words_and_ended_one_by_one_or_all_but_this) {
  const auto user = e2e::NewUser();
  auto browser =
      LoggedIn(user, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
  const auto phone =
      LoggedIn(user,
               "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
               "Chrome/131.0.0.0 Mobile Safari/537.36");
  const auto page = Open(browser, "/account/sessions/");
  BOOST_TEST(Shows(page, "Firefox on Linux"));
  BOOST_TEST(Shows(page, "This one"));
  const auto end = browser.Submit(page, {}, "the session of Chrome on Android");
  const auto after = CheckNote(browser, end, "That session is ended.");
  BOOST_TEST(!Shows(after, "Chrome on Android"));
  CheckEnded({phone.authorization()});
  BOOST_TEST(Status(user.authorization) == 200);
  // The same form again: done already.
  CheckNote(browser, browser.Submit(page, {}, "the session of Chrome on Android"),
            "That session is ended.");
  const auto alone = CheckNote(browser, browser.Submit(after, {}, "End all other sessions"),
                               "All other sessions are ended.");
  BOOST_TEST(!Shows(alone, "End all other sessions"));
  CheckEnded({user.authorization});
  BOOST_TEST(Status(browser.authorization()) == 200);
}

BOOST_AUTO_TEST_CASE(a_token_is_shown_once_opens_what_it_may_and_is_deleted) {
  auto browser = LoggedIn(e2e::NewUser());
  const auto page = Open(browser, "/account/tokens/");
  const auto without = browser.Submit(page, {{"name", "Nightly <b>"}, {"days", "500"}});
  BOOST_TEST(without.status == 422);
  BOOST_TEST(Shows(without, "Choose one at least."));
  BOOST_TEST(Shows(without, "The days must be a whole number from 1 to 366."));
  const e2e::Fields wanted{{"name", "Nightly <b>"}, {"days", "7"}, {"profile", "yes"}};
  const auto made = browser.Submit(without, wanted, "Make the token");
  BOOST_TEST(made.status == 200);
  BOOST_TEST(made.header("cache-control") == "no-store");
  const auto field = made.body.substr(made.body.find("<textarea"));
  const auto token = field.substr(field.find('>') + 1, field.find('<', 1) - field.find('>') - 1);
  BOOST_TEST(Status("Bearer " + token) == 200);
  BOOST_TEST(e2e::PostForm(Public("/api/me/thoughts/"), "text=x", "Bearer " + token).status == 403);
  // A reload sends the form again, which makes no second one.
  BOOST_TEST(browser.Submit(without, wanted, "Make the token").status == 200);
  BOOST_TEST(OwnList(browser, "tokens").size() == 1);
  const auto list = Open(browser, "/account/tokens/");
  BOOST_TEST(Shows(list, "Nightly <b>"));
  BOOST_TEST(Shows(list, "see your name and when you joined"));
  BOOST_TEST(list.body.find(token) == std::string::npos);
  CheckNote(browser, browser.Submit(list, {}, "Delete<span"), "The token is deleted.");
  CheckEnded({"Bearer " + token});
  BOOST_TEST(OwnList(browser, "tokens").empty());
}

BOOST_AUTO_TEST_CASE(d3_an_app_is_shown_with_its_rights_and_disconnected) {
  const auto user = e2e::NewUser();
  auto browser = LoggedIn(user);
  const auto client = e2e::NewClient("https://app.example/back");
  const auto consent = browser.Get(e2e::Authorize(client, "https://app.example/back"));
  BOOST_TEST(browser.Submit(consent, {{"decision", "allow"}}).status == 303);
  const auto page = Open(browser, "/account/apps/");
  BOOST_TEST(Shows(page, "Birdsong <i>"));
  BOOST_TEST(Shows(page, "see your name and when you joined"));
  BOOST_TEST(OwnList(browser, "apps").size() == 1);
  const auto after = CheckNote(browser, browser.Submit(page, {}, "Disconnect<span"),
                               "The app can use your account no more.");
  BOOST_TEST(Shows(after, "No app is connected."));
  BOOST_TEST(OwnList(browser, "apps").empty());
}

BOOST_AUTO_TEST_CASE(the_export_is_a_file_of_what_the_api_says) {
  const auto user = e2e::NewUser();
  e2e::NewThought(user, "to be exported \xF0\x9F\x90\xA6");
  auto browser = LoggedIn(user);
  const auto file = browser.Get("/account/export/");
  BOOST_TEST(file.status == 200);
  BOOST_TEST(file.header("content-type") == "application/json");
  BOOST_TEST(file.header("content-disposition") == "attachment; filename=\"thoughts-export.json\"");
  BOOST_TEST(file.header("cache-control") == "private, no-store");
  BOOST_TEST(file.body == e2e::Get(Public("/api/me/export/"), browser.authorization()).body);
  BOOST_TEST(file.body.find("to be exported") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_account_is_deleted_once_its_name_is_typed) {
  const auto user = e2e::NewUser(e2e::Unique("Bye <&>"));
  const auto thought = e2e::NewThought(user, "soon gone");
  auto browser = LoggedIn(user);
  const auto page = Open(browser, "/account/delete/");
  BOOST_TEST(Shows(page, user.username));
  const auto wrong = browser.Submit(page, {{"username", user.username + "x"}});
  BOOST_TEST(wrong.status == 422);
  BOOST_TEST(Shows(wrong, "That is not your name"));
  BOOST_TEST(Status(user.authorization) == 200);
  const e2e::Fields name{{"username", user.username}};
  Browser twice = browser;
  CheckNote(browser, browser.Submit(wrong, name), "Your account and all your thoughts are gone.");
  CheckNote(twice, twice.Submit(wrong, name), "Your account and all your thoughts are gone.");
  BOOST_TEST(browser.cookies.count("session") == 0);
  CheckEnded({user.authorization});
  BOOST_TEST(e2e::Get(Public("/api/thoughts/" + std::to_string(thought) + "/")).status == 404);
  BOOST_TEST(e2e::Get(Public("/u/" + e2e::Encode(user.username) + "/")).status == 404);
}

BOOST_AUTO_TEST_CASE(d5_forms_of_the_account_from_other_sites_or_sessions_do_nothing) {
  const auto user = e2e::NewUser();
  auto browser = LoggedIn(user);
  auto other = LoggedIn(user);
  const auto page = Open(browser, "/account/delete/");
  const e2e::Fields name{{"username", user.username}};
  browser.site = "cross-site";
  BOOST_TEST(browser.Submit(page, name).status == 403);
  BOOST_TEST(other.Submit(page, name).status == 403);  // a form of another session
  const auto sessions = Open(other, "/account/sessions/");
  browser.site = "same-origin";
  BOOST_TEST(browser.Submit(sessions, {}, "End all other sessions").status == 403);
  BOOST_TEST(Status(user.authorization) == 200);
}

BOOST_AUTO_TEST_CASE(a_session_that_ended_meanwhile_leads_to_the_log_in_and_back_to_the_form) {
  const auto user = e2e::NewUser();
  auto browser = LoggedIn(user);
  const auto page = Open(browser, "/account/tokens/");
  BOOST_TEST(e2e::PostForm(Public("/api/logout/"), "", browser.authorization()).status == 204);
  CheckEnded({browser.authorization()});
  const auto sent =
      browser.Submit(page, {{"name", "x"}, {"days", "7"}, {"profile", "yes"}}, "Make the token");
  const auto back = browser.SignIn(browser.Follow(sent), user);
  BOOST_TEST(Shows(back, "Make the token"));
}

BOOST_AUTO_TEST_SUITE_END()
