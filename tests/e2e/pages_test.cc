// Pages through NGINX as a browser without JavaScript uses them: logging in, consent, devices.

#include <boost/test/unit_test.hpp>

#include "tests/e2e/browser.h"

BOOST_AUTO_TEST_SUITE(pages)

using e2e::Authorize;
using e2e::Browser;
using e2e::NewClient;
using e2e::Parameter;
using e2e::Public;

void CheckHeaders(const e2e::Answer& page) {
  BOOST_TEST(page.header("content-type") == "text/html; charset=utf-8");
  const auto policy = page.header("content-security-policy");
  BOOST_TEST(policy.starts_with("default-src 'none'; style-src 'self'; "), policy);
  BOOST_TEST(policy.find("frame-ancestors 'none'") != std::string::npos);
  BOOST_TEST(page.header("x-frame-options") == "DENY");
  BOOST_TEST(page.header("x-content-type-options") == "nosniff");
  BOOST_TEST(page.header("cache-control") == "no-store");
  BOOST_TEST(page.header("referrer-policy") == "same-origin");
  BOOST_TEST(page.header("access-control-allow-origin").empty());
  BOOST_TEST(page.body.find("<script") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_user_logs_in_consents_and_the_client_gets_a_code) {
  const auto user = e2e::NewUser();
  const auto client = NewClient("https://app.example/back");
  Browser browser;
  const auto sign_in = browser.Get(Authorize(client, "https://app.example/back"));
  BOOST_TEST(sign_in.status == 200);
  CheckHeaders(sign_in);
  const auto consent = browser.SignIn(sign_in, user);
  BOOST_TEST(consent.status == 200);
  CheckHeaders(consent);
  BOOST_TEST(consent.body.find("Birdsong &lt;i&gt;") != std::string::npos);
  const auto back = browser.Submit(consent, {{"decision", "allow"}});
  BOOST_TEST(back.status == 303);
  const auto location = back.header("location");
  BOOST_TEST(location.starts_with("https://app.example/back?code="), location);
  BOOST_TEST(Parameter(location, "state") == "s1");
  BOOST_TEST(Parameter(location, "iss") == e2e::Encode(Public("")));
  BOOST_TEST(e2e::Sql("SELECT user_id FROM oauth_codes WHERE hash = sha256('" +
                      Parameter(location, "code") + "')") == std::to_string(user.id));
  // The session's cookie is a session token: it opens what that opens.
  BOOST_TEST(e2e::Get(Public("/api/me/"), browser.authorization()).status == 200);
}

BOOST_AUTO_TEST_CASE(d5_forms_from_other_sites_and_repeated_ones_give_no_code) {
  const auto user = e2e::NewUser();
  const auto client = NewClient("http://127.0.0.1/back");
  Browser browser;
  const auto consent =
      browser.SignIn(browser.Get(Authorize(client, "http://127.0.0.1:7777/back")), user);
  browser.site = "cross-site";
  BOOST_TEST(browser.Submit(consent, {{"decision", "allow"}}).status == 403);
  browser.site = "same-origin";
  browser.origin = "https://evil.example";
  BOOST_TEST(browser.Submit(consent, {{"decision", "allow"}}).status == 403);
  browser.origin = Public("");
  const auto good = browser.Submit(consent, {{"decision", "allow"}});
  BOOST_TEST(good.header("location").starts_with("http://127.0.0.1:7777/back?code="));
  const auto again = browser.Submit(consent, {{"decision", "allow"}});
  BOOST_TEST(again.header("location").starts_with("/oauth/authorize?"));
  BOOST_TEST(e2e::Sql("SELECT count(*) FROM oauth_codes WHERE client_id = '" + client + "'") ==
             "1");
}

BOOST_AUTO_TEST_CASE(d5_a_redirect_uri_that_is_not_the_clients_gets_a_page) {
  const auto client = NewClient("https://app.example/back");
  for (const char* uri : {"https://evil.example/back", "https://app.example/back/",
                          "https://app.example@evil.example/back", "javascript:alert(1)"}) {
    const auto page = e2e::Get(Public(Authorize(client, uri)));
    BOOST_TEST(page.status == 400);
    BOOST_TEST(page.header("location").empty());
    CheckHeaders(page);
  }
}

BOOST_AUTO_TEST_CASE(a_device_is_connected_by_its_code) {
  const auto user = e2e::NewUser();
  const auto client = NewClient("https://app.example/back");
  e2e::Sql("DELETE FROM oauth_device_codes WHERE user_code_hash = sha256('BCDFGHJK')");
  e2e::Sql(
      "INSERT INTO oauth_device_codes (hash, user_code_hash, client_id, scopes) VALUES (sha256('" +
      client + "'), sha256('BCDFGHJK'), '" + client + "', '{profile}')");
  Browser browser;
  const auto page = browser.SignIn(browser.Get("/oauth/device?user_code=bcdf-ghjk"), user);
  BOOST_TEST(page.status == 200);
  CheckHeaders(page);
  BOOST_TEST(page.body.find("BCDF-GHJK") != std::string::npos);
  const auto done = browser.Follow(browser.Submit(page, {{"decision", "allow"}}));
  BOOST_TEST(done.body.find("Your device is connected") != std::string::npos);
  BOOST_TEST(e2e::Sql("SELECT state || user_id FROM oauth_device_codes WHERE client_id = '" +
                      client + "'") == "allowed" + std::to_string(user.id));
}

BOOST_AUTO_TEST_CASE(the_stylesheet_of_a_page_is_there_and_never_changes) {
  const auto page = e2e::Get(Public("/oauth/authorize"));
  const auto link = page.body.substr(page.body.find("<link rel=\"stylesheet\""));
  const auto css = e2e::Get(Public(e2e::Attribute(link, "href")));
  BOOST_TEST(css.status == 200);
  BOOST_TEST(css.header("content-type") == "text/css; charset=utf-8");
  BOOST_TEST(css.header("cache-control") == "public, max-age=31536000, immutable");
}

BOOST_AUTO_TEST_SUITE_END()
