#include "functions/shared/web/browser.h"

#include "functions/shared/web/testing/tab.h"

using accounts::testing::AddUser;
using accounts::testing::Bearer;
using accounts::testing::Owner;
using accounts::testing::Server;
using web::Browser;

namespace {

struct MovedClock : host::Clock {
  host::SteadyTime Steady() const override { return host::Clock::Steady() + ahead; }
  std::chrono::milliseconds ahead{0};
};

std::string TokenOf(const std::string& bearer) { return bearer.substr(7); }

// A site whose handler is whatever the test wants to know of a browser.
struct Site {
  using Look = std::function<std::string(Browser&)>;

  std::string Ask(const std::string& sent, const Look& look, host::StringMap headers = {}) {
    headers["cookie"] = sent;
    const auto answer = server.Call(
        [&](const host::Request& request, host::Context& context) {
          Browser browser(request, context);
          return host::Response::Text(200, "text/plain", look(browser));
        },
        {.method = "POST", .headers = std::move(headers)});
    return answer.status() == 200 ? answer.body() : std::to_string(answer.status());
  }
  std::string User(const std::string& sent) {
    return Ask(sent, [](Browser& browser) {
      return browser.user() ? browser.user()->username : std::string("nobody");
    });
  }
  // What a form for "x" of this session is answered when it is sent with these headers.
  std::string SendForm(host::StringMap headers, const std::string& purpose = "x") {
    return Ask(
        cookie,
        [&](Browser& browser) {
          const auto form = browser.CheckUserForm(browser.UserForm("x"), purpose);
          return form ? std::string("good") : form.error().detail;
        },
        std::move(headers));
  }

  MovedClock clock;
  Server server{{.clock = &clock}};
  const int64_t id = AddUser("demo " + std::to_string(++count));
  const std::string name = "demo " + std::to_string(count);
  const std::string cookie = "session=" + TokenOf(Bearer(id, name));
  static inline int count = 0;
};

constexpr char kOtherSite[] = "This form was sent from another site.";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(browser, Site)

BOOST_AUTO_TEST_CASE(a_session_cookie_says_who_it_is) {
  BOOST_TEST(User(cookie) == name);
  BOOST_TEST(User("a=b; " + cookie + "; c=d") == name);
  BOOST_TEST(User("") == "nobody");
  BOOST_TEST(User("session=") == "nobody");
  BOOST_TEST(User("session=x.y.z") == "nobody");
  BOOST_TEST(User("__Host-" + cookie) == "nobody");
}

BOOST_AUTO_TEST_CASE(d2_no_other_kind_of_token_is_a_session) {
  for (const auto kind :
       {session::TokenKind::kAccess, session::TokenKind::kId, session::TokenKind::kPersonal}) {
    session::Claims claims;
    claims.user_id = id;
    claims.username = name;
    claims.scopes = {"profile"};
    claims.client_id = "client";
    BOOST_TEST(User("session=" + TokenOf(Bearer(kind, claims))) == "nobody");
  }
}

BOOST_AUTO_TEST_CASE(d3_a_session_that_ended_is_none) {
  BOOST_TEST(User(cookie) == name);
  Owner().Run("INSERT INTO revocations (kind, subject, until, epoch_ms) VALUES ('user', '" +
              std::to_string(id) +
              "', now() + interval '1 day', "
              "ceil(extract(epoch FROM clock_timestamp()) * 1000)::bigint)");
  clock.ahead += std::chrono::seconds(1);
  BOOST_TEST(User(cookie) == "nobody");
}

BOOST_AUTO_TEST_CASE(d5_a_form_is_taken_from_this_site_alone) {
  BOOST_TEST(SendForm({}) == "good");
  BOOST_TEST(SendForm({{"sec-fetch-site", "same-origin"}}) == "good");
  BOOST_TEST(SendForm({{"sec-fetch-site", "none"}}) == "good");
  BOOST_TEST(SendForm({{"origin", "http://localhost:8080"}}) == "good");
  // The site by another name of its own.
  BOOST_TEST(SendForm({{"origin", "http://127.0.0.1:8080"}, {"host", "127.0.0.1:8080"}}) == "good");

  for (const char* site : {"cross-site", "same-site", ""}) {
    BOOST_TEST(SendForm({{"sec-fetch-site", site}}) == kOtherSite, site);
  }
  for (const char* origin :
       {"https://evil.example", "null", "http://localhost", "http://localhost:8080.evil.example",
        "https://localhost:8080", "http://localhost:80801", ""}) {
    BOOST_TEST(SendForm({{"origin", origin}, {"host", "thoughts.example"}}) == kOtherSite, origin);
    BOOST_TEST(SendForm({{"origin", origin}, {"sec-fetch-site", "same-origin"}}) == kOtherSite,
               origin);
  }
  BOOST_TEST(SendForm({{"origin", "null"}, {"host", ""}}) == kOtherSite);
}

BOOST_AUTO_TEST_CASE(d5_a_form_is_taken_from_its_own_session_and_for_its_purpose_alone) {
  BOOST_TEST(SendForm({}, "y") == "This form is not valid (any more). Please fill it in again.");
  const auto form = Ask(cookie, [](Browser& browser) { return browser.UserForm("x"); });
  const auto good = [&](Browser& browser) {
    return browser.CheckUserForm(form, "x") ? std::string("good") : std::string("bad");
  };
  BOOST_TEST(Ask(cookie, good) == "good");
  BOOST_TEST(Ask("session=" + TokenOf(Bearer(id, name)), good) == "bad");
  BOOST_TEST(Ask("", good) == "bad");
  const auto guest = [&](Browser& browser) {
    return browser.CheckGuestForm(form, "x") ? std::string("good") : std::string("bad");
  };
  BOOST_TEST(Ask(cookie, guest) == "bad");
}

BOOST_AUTO_TEST_CASE(a_guest_gets_one_secret_and_keeps_it) {
  web::testing::Tab tab(server, [](const host::Request& request, host::Context& context) {
    Browser browser(request, context);
    const std::string given(request.query("form").value_or(""));
    if (!given.empty()) {
      return host::Response::Text(browser.CheckGuestForm(given, "x") ? 200 : 403, "text/plain", "");
    }
    return browser.Give(host::Response::Text(200, "text/plain", browser.GuestForm("x")));
  });
  const auto first = tab.Get("/");
  BOOST_TEST(first.header("set-cookie").value().starts_with("before_login="));
  BOOST_TEST(first.header("set-cookie")
                 .value()
                 .ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax"));
  const auto second = tab.Get("/");
  BOOST_TEST(!second.header("set-cookie"));
  BOOST_TEST(tab.Get("/?form=" + first.body()).status() == 200);
  BOOST_TEST(tab.Get("/?form=" + second.body()).status() == 200);
  tab.cookies.clear();
  BOOST_TEST(tab.Get("/?form=" + first.body()).status() == 403);
  tab.cookies["before_login"] = "chosen by somebody else";
  BOOST_TEST(tab.Get("/").header("set-cookie").has_value());
}

BOOST_AUTO_TEST_CASE(cookies_are_closed_to_scripts_and_under_tls_bound_to_the_host) {
  const auto cookies = [](Browser& browser) {
    return browser.SessionCookie("T") + "\n" + browser.NoSessionCookie();
  };
  BOOST_TEST(Ask("", cookies) ==
             "session=T; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax\n"
             "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
  server.process().config = host::Config([](const std::string& key) {
    return key == "SESSION_ISSUER" ? std::optional<std::string>("https://thoughts.example")
                                   : std::nullopt;
  });
  BOOST_TEST(Ask("", cookies) ==
             "__Host-session=T; Path=/; Max-Age=86400; HttpOnly; SameSite=Lax; Secure\n"
             "__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(while_the_database_is_away_nobody_is_taken_for_a_user) {
  Server server({.database_away = true});
  const auto answer = server.Call(
      [](const host::Request& request, host::Context& context) {
        return host::Response::Text(Browser(request, context).user() ? 200 : 204, "text/plain", "");
      },
      {.headers = {{"cookie", "session=" + TokenOf(Bearer(7, "demo"))}}});
  BOOST_TEST(answer.status() == 503);
}
