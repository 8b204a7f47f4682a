#include "functions/shared/accounts/password_hash.h"
#include "functions/shared/oauth/testing/clients.h"
#include "functions/shared/web/testing/tab.h"
#include "host/function/function.h"

using accounts::testing::AddUser;
using accounts::testing::Owner;
using accounts::testing::Server;
using web::testing::FormsOf;
using web::testing::Parameter;
using web::testing::Tab;

namespace {

constexpr char kIssuer[] = "http://localhost:8080";

const std::string& Hash() {
  static const std::string hash = accounts::HashPassword("demo-password");
  return hash;
}

struct Site {
  Site() {
    Owner().Run("TRUNCATE users, login_failures, revocations, request_keys, oauth_clients CASCADE");
    id = AddUser("demo", Hash());
    client = oauth::testing::Add(oauth::testing::PublicClient());
    query = {{"response_type", "code"},
             {"client_id", client.id},
             {"redirect_uri", "https://app.example/back"},
             {"scope", "openid profile thoughts:write"},
             {"state", "a&b=\"c\""},
             {"nonce", "n-1"},
             {"code_challenge", oauth::testing::kChallenge},
             {"code_challenge_method", "S256"}};
  }

  std::string Url(const host::StringMap& changes = {}) const {
    auto all = query;
    for (const auto& [name, value] : changes) all[name] = value;
    return "/oauth/authorize?" + web::testing::Encode(all);
  }
  host::Response Ask(const host::StringMap& changes = {}) { return tab.Get(Url(changes)); }
  // Logs in on the page, and returns the page behind it.
  host::Response SignIn(const host::Response& page) {
    return tab.Follow(tab.Submit(page, {{"username", "demo"}, {"password", "demo-password"}}));
  }
  // The page for who is logged in already.
  host::Response Consent(const host::StringMap& changes = {}) {
    tab.cookies["session"] = accounts::testing::Bearer(id, "demo").substr(7);
    return Ask(changes);
  }
  host::Response Decide(const host::Response& page, const std::string& decision = "allow") {
    return tab.Submit(page, {{"decision", decision}});
  }
  std::string Codes() { return Owner().One("SELECT count(*) FROM oauth_codes"); }

  Server server{{.function = "oauth_authorize"}};
  Tab tab{server, function::Handle};
  int64_t id = 0;
  oauth::Client client;
  host::StringMap query;
};

bool Holds(const host::Response& page, const std::string& text) {
  return page.body().find(text) != std::string::npos;
}

std::string Location(const host::Response& response) {
  BOOST_TEST(response.status() == 303);
  return std::string(response.header("location").value_or(""));
}

// The error that the client is told, with state and iss; "" when it is told none.
std::string ErrorSent(const host::Response& response) {
  const std::string url = Location(response);
  BOOST_TEST(url.starts_with("https://app.example/back?"), url);
  BOOST_TEST(Parameter(url, "state") == "a&b=\"c\"");
  BOOST_TEST(Parameter(url, "iss") == kIssuer);
  BOOST_TEST(Parameter(url, "code").empty());
  return Parameter(url, "error");
}

bool IsSignIn(const host::Response& page) {
  return page.status() == 200 && Holds(page, "name=\"password\"");
}
bool IsConsent(const host::Response& page) {
  return page.status() == 200 && Holds(page, "name=\"decision\"");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(authorize, Site)

BOOST_AUTO_TEST_CASE(a_user_logs_in_allows_and_the_client_gets_a_code) {
  const auto sign_in = Ask();
  BOOST_TEST(IsSignIn(sign_in));
  BOOST_TEST(Holds(sign_in, "to go on to"));
  const auto consent = SignIn(sign_in);
  BOOST_TEST(IsConsent(consent));
  for (const char* text :
       {"<bdi>App</bdi>", "app.example", "<bdi>demo</bdi>", "Not you?", "know that it is you",
        "see your name and when you joined", "write, change and delete thoughts in your name"}) {
    BOOST_TEST(Holds(consent, text), text);
  }
  BOOST_TEST(!Holds(consent, "read your thoughts"));
  const auto url = Location(Decide(consent));
  BOOST_TEST(url.starts_with("https://app.example/back?code="));
  BOOST_TEST(Parameter(url, "code").size() == 43u);
  BOOST_TEST(Parameter(url, "state") == "a&b=\"c\"");
  BOOST_TEST(Parameter(url, "iss") == kIssuer);
  BOOST_TEST(
      Owner().One("SELECT concat_ws(' ', username, client_id, redirect_uri, challenge, nonce, "
                  "c.scopes::text) FROM oauth_codes c JOIN users ON users.id = user_id") ==
      "demo " + client.id + " https://app.example/back " + oauth::testing::kChallenge +
          " n-1 {openid,profile,thoughts:write}");
  BOOST_TEST(Owner().One("SELECT abs(auth_time_s - extract(epoch FROM now())) < 30 "
                         "FROM oauth_codes") == "t");
}

BOOST_AUTO_TEST_CASE(deny_is_a_button_as_allow_is_and_tells_the_client) {
  const auto page = Consent();
  BOOST_TEST(Holds(page, "<button type=\"submit\" name=\"decision\" value=\"deny\""));
  BOOST_TEST(IsConsent(Decide(page, "perhaps")));
  BOOST_TEST(ErrorSent(Decide(page, "deny")) == "access_denied");
  BOOST_TEST(Codes() == "0");
  BOOST_TEST(IsConsent(Ask()));
}

// --- prompt, max_age, login_hint

BOOST_AUTO_TEST_CASE(a_user_is_asked_once_and_again_for_more) {
  Decide(Consent());
  BOOST_TEST(Parameter(Location(Ask()), "code").size() == 43u);
  BOOST_TEST(Parameter(Location(Ask({{"scope", "profile"}})), "code").size() == 43u);
  BOOST_TEST(IsConsent(Ask({{"scope", "profile thoughts:read"}})));
  BOOST_TEST(IsConsent(Ask({{"prompt", "consent"}})));
}

BOOST_AUTO_TEST_CASE(a_client_on_the_device_is_asked_for_each_time) {
  const host::StringMap native{{"redirect_uri", "http://127.0.0.1:7777/back"}};
  const auto first = Consent(native);
  BOOST_TEST(Holds(first, "<dt>This device</dt>"));
  BOOST_TEST(Location(Decide(first)).starts_with("http://127.0.0.1:7777/back?code="));
  BOOST_TEST(IsConsent(Ask(native)));
}

BOOST_AUTO_TEST_CASE(prompt_none_never_shows_a_page) {
  BOOST_TEST(ErrorSent(Ask({{"prompt", "none"}})) == "login_required");
  const auto page = Consent();
  BOOST_TEST(ErrorSent(Ask({{"prompt", "none"}})) == "consent_required");
  Decide(page);
  BOOST_TEST(Parameter(Location(Ask({{"prompt", "none"}})), "code").size() == 43u);
  BOOST_TEST(ErrorSent(Ask({{"prompt", "none login"}})) == "invalid_request");
  BOOST_TEST(ErrorSent(Ask({{"prompt", "other"}})) == "invalid_request");
}

BOOST_AUTO_TEST_CASE(prompt_login_asks_for_the_password_once) {
  Decide(Consent());
  const auto again = Ask({{"prompt", "login"}});
  BOOST_TEST(IsSignIn(again));
  const auto sent = tab.Submit(again, {{"username", "demo"}, {"password", "demo-password"}});
  const auto behind = tab.Follow(sent);
  BOOST_TEST(Parameter(Location(behind), "code").size() == 43u);
  BOOST_TEST(IsConsent(SignIn(Ask({{"prompt", "login consent"}}))));
}

BOOST_AUTO_TEST_CASE(not_you_leads_to_another_log_in) {
  const auto page = Consent();
  const std::string start = "<a href=\"";
  const size_t link = page.body().find(start, page.body().find("<bdi>demo</bdi>")) + start.size();
  const auto target =
      web::testing::Shown(page.body().substr(link, page.body().find('"', link) - link));
  AddUser("other", Hash());
  const auto sign_in = tab.Get(target);
  BOOST_TEST(IsSignIn(sign_in));
  const auto consent =
      tab.Follow(tab.Submit(sign_in, {{"username", "other"}, {"password", "demo-password"}}));
  BOOST_TEST(IsConsent(consent));
  BOOST_TEST(Holds(consent, "<bdi>other</bdi>"));
}

BOOST_AUTO_TEST_CASE(max_age_asks_who_logged_in_too_long_ago) {
  BOOST_TEST(IsConsent(Consent({{"max_age", "60"}})));
  host::FakeClock later(std::chrono::system_clock::now() + std::chrono::seconds(120));
  Server late({.function = "oauth_authorize", .clock = &later});
  Tab then(late, function::Handle);
  then.cookies = tab.cookies;
  BOOST_TEST(IsConsent(then.Get(Url({{"max_age", "600"}}))));
  BOOST_TEST(IsSignIn(then.Get(Url({{"max_age", "60"}}))));
  BOOST_TEST(ErrorSent(then.Get(Url({{"max_age", "60"}, {"prompt", "none"}}))) == "login_required");
  BOOST_TEST(IsConsent(SignIn(Ask({{"max_age", "0"}, {"prompt", "login"}}))));
}

BOOST_AUTO_TEST_CASE(login_hint_fills_in_the_name) {
  BOOST_TEST(Holds(Ask({{"login_hint", "demo"}}), "value=\"demo\""));
}

// --- What clients do wrong

BOOST_AUTO_TEST_CASE(d5_an_unknown_client_or_redirect_uri_is_an_error_page_never_a_redirect) {
  const auto check = [&](const host::StringMap& changes) {
    const auto page = Ask(changes);
    BOOST_TEST(page.status() == 400);
    BOOST_TEST(!page.header("location"));
    BOOST_TEST(page.header("content-type").value() == "text/html; charset=utf-8");
    BOOST_TEST(!Holds(page, "href=\"http"));
    BOOST_TEST(FormsOf(page).empty());
  };
  check({{"client_id", "nobody"}});
  check({{"client_id", ""}});
  check({{"client_id", "a\nb"}});
  check({{"state", std::string(2500, '/')}});  // too long to come back in a header
  for (const char* uri : {
           "",                                  // two are registered: which?
           "https://app.example/back/more",     // sub-path
           "https://app.example/bac",           // prefix
           "https://app.example/back?extra=1",  // extra query
           "https://app.example/back#fragment",
           "https://app.example/back/",
           "https://app.example@evil.example/back",  // user information
           "https://user:password@app.example/back",
           "https://app.example\\@evil.example/back",
           "https://evil.example\\.app.example/back",
           "https://app.example.evil.example/back",
           "https://evil.example/https://app.example/back",
           "https://app.example/%62ack",  // another spelling
           "https://app.example/x/../back",
           "https://app.example/%2e%2e/back",
           "HTTPS://app.example/back",  // case
           "https://APP.example/back",
           "https://app.example/BACK",
           "https://app.example:443/back",
           "https://app.example./back",
           "http://app.example/back",  // another scheme
           "/back",
           "javascript:alert(1)",
           "https://app.example/back\r\nSet-Cookie: a=b",
           "https://app.example/back ",
           "http://127.0.0.1:7777/other",  // loopback: the port alone is free
           "http://127.0.0.1:7777@evil.example/back",
           "http://127.0.0.2/back",
           "http://localhost/back",
       }) {
    check({{"redirect_uri", uri}});
  }
  const auto twice = tab.Get(Url() + "&redirect_uri=https%3A%2F%2Fapp.example%2Fback");
  BOOST_TEST(twice.status() == 400);
  BOOST_TEST(tab.Get(Url() + "&client_id=" + client.id).status() == 400);
}

BOOST_AUTO_TEST_CASE(other_faults_go_back_to_the_client_with_state_and_iss) {
  const auto error = [&](const std::string& name, const std::string& value) {
    return ErrorSent(Ask({{name, value}}));
  };
  BOOST_TEST(error("response_type", "token") == "unsupported_response_type");
  BOOST_TEST(error("response_type", "") == "invalid_request");
  BOOST_TEST(error("code_challenge", "") == "invalid_request");
  BOOST_TEST(error("code_challenge_method", "plain") == "invalid_request");
  BOOST_TEST(error("code_challenge_method", "") == "invalid_request");
  BOOST_TEST(error("scope", "admin") == "invalid_scope");
  BOOST_TEST(error("response_mode", "fragment") == "invalid_request");
  BOOST_TEST(error("request", "x.y.z") == "request_not_supported");
  BOOST_TEST(error("request_uri", "https://a.example/r") == "request_uri_not_supported");
  BOOST_TEST(ErrorSent(tab.Get(Url() + "&nonce=2")) == "invalid_request");
}

BOOST_AUTO_TEST_CASE(a_client_gets_no_right_that_its_user_lacks) {
  Owner().Run("UPDATE users SET scopes = '{profile}'");
  const auto page = SignIn(Ask());
  BOOST_TEST(!Holds(page, "write, change and delete"));
  Decide(page);
  BOOST_TEST(Owner().One("SELECT scopes::text FROM oauth_codes") == "{openid,profile}");
  BOOST_TEST(ErrorSent(Ask({{"scope", "thoughts:read"}})) == "invalid_scope");
}

BOOST_AUTO_TEST_CASE(the_request_may_come_as_a_form) {
  const auto answer = tab.Post("/oauth/authorize", query);
  BOOST_TEST(answer.status() == 303);
  BOOST_TEST(IsSignIn(tab.Follow(answer)));
  BOOST_TEST(tab.Post("/oauth/authorize", {{"client_id", std::string(7000, 'x')}}).status() == 400);
  const auto send = [&](const std::string& type, const std::string& body) {
    return server.Call(function::Handle,
                       {.method = "POST", .headers = {{"content-type", type}}, .body = body});
  };
  BOOST_TEST(send("application/json", "{}").status() == 400);
  BOOST_TEST(send("application/x-www-form-urlencoded", "a=%zz").status() == 400);
  BOOST_TEST(send("application/x-www-form-urlencoded", "a=b#c").status() == 400);
}

// --- Forged, foreign and repeated forms

BOOST_AUTO_TEST_CASE(d5_a_consent_form_that_was_used_gives_no_second_code) {
  const auto page = Consent({{"redirect_uri", "http://127.0.0.1:1/back"}});
  BOOST_TEST(Parameter(Location(Decide(page)), "code").size() == 43u);
  const auto again = Decide(page);
  BOOST_TEST(Location(again).starts_with("/oauth/authorize?"));
  BOOST_TEST(Codes() == "1");
  BOOST_TEST(IsConsent(tab.Follow(again)));
  BOOST_TEST(Owner().One("SELECT count(*) FROM request_keys WHERE body LIKE '%code%' OR "
                         "headers::text LIKE '%code%'") == "0");
}

BOOST_AUTO_TEST_CASE(d5_a_consent_form_without_its_token_or_with_a_foreign_one_is_refused) {
  const auto page = Consent();
  const auto refused = [&](const host::StringMap& fields) {
    const auto answer = tab.Submit(page, fields);
    BOOST_TEST(answer.status() == 403);
    BOOST_TEST(!answer.header("location"));
    BOOST_TEST(Holds(answer, "name=\"decision\""));
  };
  refused({{"decision", "allow"}, {"form", ""}});
  refused({{"decision", "allow"}, {"form", "x"}});
  refused({{"decision", "deny"}, {"form", ""}});
  // Of another user's session.
  Tab theirs(server, function::Handle);
  theirs.cookies["session"] = accounts::testing::Bearer(AddUser("other"), "other").substr(7);
  const auto their_page = theirs.Get(Url());
  refused({{"decision", "allow"}, {"form", FormsOf(their_page).at(0).fields.at("form")}});
  // Of the log-in page.
  Tab guest(server, function::Handle);
  refused({{"decision", "allow"}, {"form", FormsOf(guest.Get(Url())).at(0).fields.at("form")}});
  BOOST_TEST(Codes() == "0");
}

BOOST_AUTO_TEST_CASE(d5_a_consent_form_is_for_the_request_that_was_shown) {
  const auto page = Consent({{"scope", "profile"}});
  const auto form = FormsOf(page).at(0);
  const auto another = oauth::testing::Add(oauth::testing::PublicClient());
  for (const host::StringMap& changes : {host::StringMap{{"scope", "profile thoughts:write"}},
                                         {{"client_id", another.id}},
                                         {{"redirect_uri", "http://127.0.0.1:1/back"}},
                                         {{"state", "theirs"}},
                                         {{"nonce", "x"}}}) {
    auto fields = form.fields;
    fields["decision"] = "allow";
    BOOST_TEST(tab.Post(Url(changes), fields).status() == 403);
  }
  BOOST_TEST(Codes() == "0");
}

BOOST_AUTO_TEST_CASE(d5_a_form_from_another_site_is_refused) {
  const auto page = Consent();
  for (const host::StringMap& headers :
       {host::StringMap{{"sec-fetch-site", "cross-site"}},
        {{"sec-fetch-site", "same-site"}},
        {{"origin", "https://evil.example"}, {"host", "localhost:8080"}},
        {{"origin", "null"}}}) {
    tab.headers = headers;
    BOOST_TEST(Decide(page).status() == 403);
  }
  BOOST_TEST(Codes() == "0");
  tab.headers = {{"sec-fetch-site", "same-origin"}, {"origin", kIssuer}};
  BOOST_TEST(Decide(page).status() == 303);
}

BOOST_AUTO_TEST_CASE(d9_who_was_logged_out_meanwhile_logs_in_and_goes_on) {
  const auto page = Consent();
  tab.cookies.erase("session");
  const auto answer = Decide(page);
  BOOST_TEST(answer.status() == 403);
  BOOST_TEST(Holds(answer, "name=\"password\""));
  BOOST_TEST(IsConsent(SignIn(answer)));
  BOOST_TEST(Codes() == "0");
}

BOOST_AUTO_TEST_CASE(d5_the_pages_cannot_be_framed_and_lead_to_the_client_alone) {
  const auto check = [](const host::Response& page, const std::string& target) {
    const std::string policy(page.header("content-security-policy").value_or(""));
    BOOST_TEST(policy.starts_with("default-src 'none'; "), policy);
    BOOST_TEST(policy.find("frame-ancestors 'none'") != std::string::npos);
    BOOST_TEST(policy.ends_with("form-action 'self' " + target), policy);
    BOOST_TEST(page.header("x-frame-options").value_or("") == "DENY");
    BOOST_TEST(page.header("cache-control").value_or("") == "no-store");
  };
  check(Ask(), "https:");
  check(Consent(), "https:");
  check(Ask({{"redirect_uri", "http://127.0.0.1:7777/back"}}), "http://127.0.0.1:7777 https:");
}

BOOST_AUTO_TEST_CASE(d8_names_with_markup_are_shown_as_they_are) {
  auto evil = oauth::testing::PublicClient();
  evil.name = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>";
  evil = oauth::testing::Add(evil);
  Owner().Run("UPDATE users SET username = '<b onclick=alert(2)>demo</b>'");
  const auto sign_in = Ask({{"client_id", evil.id}, {"login_hint", "\"><svg onload=alert(3)>"}});
  const auto consent = tab.Follow(tab.Submit(
      sign_in, {{"username", "<b onclick=alert(2)>demo</b>"}, {"password", "demo-password"}}));
  BOOST_TEST(IsConsent(consent));
  for (const auto& page : {sign_in, consent}) {
    for (const char* tag : {"<script", "<img src=x", "<b onclick", "<svg"}) {
      BOOST_TEST(!Holds(page, tag), tag);
    }
    BOOST_TEST(Holds(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&apos;&gt;&lt;img src=x"));
    BOOST_TEST(page.header("content-security-policy").has_value());
  }
  BOOST_TEST(Holds(consent, "&lt;b onclick=alert(2)&gt;demo&lt;/b&gt;"));
}

BOOST_AUTO_TEST_SUITE_END()
