#include "functions/shared/web/sign_in.h"

#include "functions/shared/accounts/password_hash.h"
#include "functions/shared/web/testing/tab.h"

using accounts::testing::AddUser;
using accounts::testing::Owner;
using accounts::testing::Server;
using web::Browser;

namespace {

host::Response Handle(const host::Request& request, host::Context& context) {
  Browser browser(request, context);
  const web::SignIn sign_in{.action = "/sign-in?a=1&b=2", .next = "/next?a=1"};
  if (request.path() == "/who") {
    return host::Response::Text(200, "text/plain", browser.user() ? browser.user()->username : "");
  }
  if (request.method() == "GET") return SignInPage(browser, sign_in);
  return SubmitSignIn(request, context, browser, sign_in);
}

struct Site {
  Site() {
    Owner().Run("TRUNCATE users, login_failures, revocations CASCADE");
    AddUser("demo", accounts::HashPassword("demo-password"));
  }
  host::Response Enter(const std::string& username = "demo",
                       const std::string& password = "demo-password") {
    return tab.Submit(tab.Get("/sign-in"), {{"username", username}, {"password", password}});
  }

  Server server{{}};
  web::testing::Tab tab{server, Handle};
};

bool Holds(const host::Response& page, const std::string& text) {
  return page.body().find(text) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sign_in, Site)

BOOST_AUTO_TEST_CASE(the_right_password_opens_a_session_and_goes_on) {
  const auto answer = Enter();
  BOOST_TEST(answer.status() == 303);
  BOOST_TEST(answer.header("location").value() == "/next?a=1");
  BOOST_TEST(tab.Get("/who").body() == "demo");
}

BOOST_AUTO_TEST_CASE(d7_unknown_name_and_wrong_password_get_the_same_page) {
  const auto cut = [](const host::Response& page, const std::string& name) {
    std::string body = page.body();
    const size_t form = body.find("name=\"form\" value=\"");
    body.erase(form, body.find('>', form) - form);
    const size_t at = body.find("value=\"" + name + "\"");
    return body.replace(at + 7, name.size(), "NAME");
  };
  const auto wrong = Enter("demo", "wrong-password");
  const auto unknown = Enter("nobody");
  BOOST_TEST(wrong.status() == 401);
  BOOST_TEST(Holds(wrong, "The username or the password is wrong."));
  BOOST_TEST(cut(wrong, "demo") == cut(unknown, "nobody"));
  BOOST_CHECK(wrong.headers() == unknown.headers());
  BOOST_TEST(tab.cookies.count("session") == 0u);
}

BOOST_AUTO_TEST_CASE(d9_the_name_is_kept_and_the_password_is_not) {
  const auto answer = Enter("demo", "wrong-password");
  BOOST_TEST(Holds(answer, "value=\"demo\""));
  BOOST_TEST(!Holds(answer, "wrong-password"));
}

BOOST_AUTO_TEST_CASE(d8_a_name_with_markup_is_shown_as_it_is) {
  const auto answer = Enter("\"><script>alert(1)</script>", "wrong-password");
  BOOST_TEST(answer.status() == 401);
  BOOST_TEST(!Holds(answer, "<script"));
  BOOST_TEST(Holds(answer, "value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\""));
  BOOST_TEST(answer.header("content-security-policy").has_value());
}

BOOST_AUTO_TEST_CASE(guessing_is_slowed_down_as_everywhere) {
  Enter("demo", "wrong-password");
  Owner().Run("UPDATE login_failures SET failures = failures + 15");
  const auto answer = Enter();
  BOOST_TEST(answer.status() == 429);
  BOOST_TEST(answer.header("retry-after").has_value());
  BOOST_TEST(Holds(answer, "Too many wrong passwords"));
}

BOOST_AUTO_TEST_CASE(d5_a_form_of_no_page_of_ours_is_not_looked_at) {
  const host::StringMap right = {{"username", "demo"}, {"password", "demo-password"}};
  BOOST_TEST(tab.Post("/sign-in", right).status() == 403);
  const auto page = tab.Get("/sign-in");
  web::testing::Tab stranger(server, Handle);
  BOOST_TEST(stranger.Submit(page, right).status() == 403);
  tab.headers["sec-fetch-site"] = "cross-site";
  BOOST_TEST(tab.Submit(page, right).status() == 403);
  tab.headers = {{"origin", "https://evil.example"}, {"host", "localhost:8080"}};
  const auto refused = tab.Submit(page, right);
  BOOST_TEST(refused.status() == 403);
  BOOST_TEST(Holds(refused, "value=\"demo\""));
  BOOST_TEST(Owner().One("SELECT count(*) FROM login_failures") == "0");
  tab.headers.clear();
  BOOST_TEST(tab.Submit(page, right).status() == 303);
}

BOOST_AUTO_TEST_CASE(logging_in_again_ends_the_session_before) {
  Enter();
  const auto before = tab.cookies;
  Enter();
  BOOST_TEST(tab.Get("/who").body() == "demo");
  BOOST_TEST(tab.cookies["session"] != before.at("session"));
  BOOST_TEST(Owner().One("SELECT count(*) FROM revocations WHERE kind = 'token'") == "1");
}

BOOST_AUTO_TEST_CASE(missing_fields_are_told) {
  const auto answer = tab.Submit(tab.Get("/sign-in"), {{"username", "demo"}});
  BOOST_TEST(answer.status() == 422);
  const auto json = server.Call(Handle, {.method = "POST",
                                         .path = "/sign-in",
                                         .headers = {{"content-type", "text/xml"}},
                                         .body = "<a/>"});
  BOOST_TEST(json.status() == 415);
}

BOOST_AUTO_TEST_SUITE_END()
