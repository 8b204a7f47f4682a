#include "functions/shared/accounts/password_hash.h"
#include "functions/shared/oauth/device.h"
#include "functions/shared/oauth/testing/clients.h"
#include "functions/shared/web/testing/tab.h"
#include "host/function/function.h"

using accounts::testing::AddUser;
using accounts::testing::Owner;
using accounts::testing::Server;
using web::testing::FormsOf;
using web::testing::Tab;

namespace {

struct Site {
  Site() {
    Owner().Run("TRUNCATE users, login_failures, revocations, oauth_clients CASCADE");
    id = AddUser("demo", accounts::HashPassword("demo-password"));
    tab.cookies["session"] = accounts::testing::Bearer(id, "demo").substr(7);
    Start(oauth::testing::PublicClient());
  }
  // A device of this client shows `code` now.
  void Start(oauth::Client client) {
    client = oauth::testing::Add(std::move(client));
    oauth::testing::WithDatabase([&](host::db::Database& db) {
      code = oauth::StartDevice(db, client.id, {"openid", "thoughts:write"}).user_code;
    });
  }
  host::Response Ask(const std::string& typed) {
    return tab.Submit(tab.Get("/oauth/device"), {{"user_code", typed}});
  }
  host::Response Decide(const host::Response& page, const std::string& decision) {
    return tab.Submit(page, {{"decision", decision}});
  }
  std::string State() { return Owner().One("SELECT state FROM oauth_device_codes"); }

  Server server{{.function = "oauth_device_page"}};
  Tab tab{server, function::Handle};
  int64_t id = 0;
  std::string code;
};

bool Holds(const host::Response& page, const std::string& text) {
  return page.body().find(text) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(device, Site)

BOOST_AUTO_TEST_CASE(a_user_types_the_code_sees_who_asks_and_allows) {
  const auto page = Ask(code);
  BOOST_TEST(page.status() == 200);
  for (const auto& text : {std::string("<bdi>App</bdi>"), code, std::string("<bdi>demo</bdi>"),
                           std::string("write, change and delete thoughts in your name")}) {
    BOOST_TEST(Holds(page, text), text);
  }
  const auto done = tab.Follow(Decide(page, "allow"));
  BOOST_TEST(Holds(done, "Your device is connected"));
  BOOST_TEST(State() == "allowed");
  BOOST_TEST(Owner().One("SELECT user_id FROM oauth_device_codes") == std::to_string(id));
}

BOOST_AUTO_TEST_CASE(deny_is_as_easy) {
  const auto done = tab.Follow(Decide(Ask(code), "deny"));
  BOOST_TEST(Holds(done, "Your device is not connected"));
  BOOST_TEST(State() == "denied");
}

BOOST_AUTO_TEST_CASE(case_dashes_and_spaces_do_not_matter) {
  std::string lower = code;
  for (char& c : lower) c = static_cast<char>(c == '-' ? ' ' : c | 0x20);
  BOOST_TEST(Holds(Ask(lower), code));
  BOOST_TEST(Holds(Ask(oauth::ReadUserCode(code)), code));
}

BOOST_AUTO_TEST_CASE(who_is_not_logged_in_logs_in_first_and_keeps_the_code) {
  tab.cookies.clear();
  const auto sign_in = tab.Get("/oauth/device?user_code=" + code);
  BOOST_TEST(Holds(sign_in, "name=\"password\""));
  const auto page =
      tab.Follow(tab.Submit(sign_in, {{"username", "demo"}, {"password", "demo-password"}}));
  BOOST_TEST(Holds(page, "name=\"decision\""));
  BOOST_TEST(Holds(page, code));
}

BOOST_AUTO_TEST_CASE(not_you_leads_to_another_log_in) {
  AddUser("other", accounts::HashPassword("demo-password"));
  BOOST_TEST(Holds(Ask(code), "/oauth/device?user_code=" + code + "&amp;sign_in=1"));
  const auto sign_in = tab.Get("/oauth/device?user_code=" + code + "&sign_in=1");
  const auto page =
      tab.Follow(tab.Submit(sign_in, {{"username", "other"}, {"password", "demo-password"}}));
  BOOST_TEST(Holds(page, "<bdi>other</bdi>"));
  BOOST_TEST(Holds(page, "name=\"decision\""));
}

BOOST_AUTO_TEST_CASE(a_code_is_decided_once) {
  const auto page = Ask(code);
  Decide(page, "deny");
  BOOST_TEST(Decide(page, "allow").status() == 404);
  BOOST_TEST(Ask(code).status() == 404);
  BOOST_TEST(State() == "denied");
}

BOOST_AUTO_TEST_CASE(an_old_code_is_none) {
  Owner().Run("UPDATE oauth_device_codes SET creation = creation - interval '1 hour'");
  BOOST_TEST(Ask(code).status() == 404);
}

BOOST_AUTO_TEST_CASE(guesses_are_slowed_down_for_the_user_and_for_the_address) {
  for (int i = 0; i < 10; ++i) BOOST_TEST(Ask("BBBB-BBBB").status() == 404);
  // Six more, so that the wait of a second is one of a minute: this machine may be slow.
  Owner().Run("UPDATE login_failures SET failures = failures + 6");
  const auto wait = Ask(code);
  BOOST_TEST(wait.status() == 429);
  BOOST_TEST(wait.header("retry-after").has_value());
  BOOST_TEST(!Holds(wait, "name=\"decision\""));
  tab.address = "198.51.100.1";  // the user moves on
  BOOST_TEST(Ask(code).status() == 429);
  tab.cookies["session"] = accounts::testing::Bearer(AddUser("other"), "other").substr(7);
  BOOST_TEST(Ask(code).status() == 200);
  tab.address = "192.0.2.1";  // and so does another user of the first address
  BOOST_TEST(Ask(code).status() == 429);
  // That the user logs in with a password is another matter.
  BOOST_TEST(Owner().One("SELECT count(*) FROM login_failures WHERE subject = 'demo'") == "0");
}

BOOST_AUTO_TEST_CASE(right_codes_count_for_nothing) {
  for (int i = 0; i < 15; ++i) BOOST_TEST(Ask(code).status() == 200);
}

BOOST_AUTO_TEST_CASE(d5_a_form_without_its_token_or_from_elsewhere_decides_nothing) {
  const auto page = Ask(code);
  BOOST_TEST(tab.Submit(page, {{"decision", "allow"}, {"form", ""}}).status() == 403);
  BOOST_TEST(tab.Submit(page, {{"decision", "perhaps"}}).status() == 200);
  // The form of another code, as one that a stranger's device shows.
  Owner().Run("UPDATE oauth_device_codes SET user_code_hash = sha256('x'), state = 'denied'");
  Start(oauth::testing::PublicClient());
  auto form = FormsOf(page).at(0).fields;
  form["decision"] = "allow";
  BOOST_TEST(tab.Post("/oauth/device/verify?user_code=" + code, form).status() == 403);
  const auto second = Ask(code);
  tab.headers["sec-fetch-site"] = "cross-site";
  BOOST_TEST(Decide(second, "allow").status() == 403);
  tab.headers = {{"origin", "https://evil.example"}, {"host", "localhost:8080"}};
  BOOST_TEST(Decide(second, "allow").status() == 403);
  tab.headers.clear();
  BOOST_TEST(Owner().One("SELECT count(*) FROM oauth_device_codes WHERE state = 'allowed'") == "0");
  tab.cookies["session"] = accounts::testing::Bearer(AddUser("other"), "other").substr(7);
  BOOST_TEST(Decide(second, "allow").status() == 403);
  tab.cookies.clear();
  const auto out = Decide(second, "allow");
  BOOST_TEST(out.status() == 403);
  BOOST_TEST(Holds(out, "name=\"password\""));
}

BOOST_AUTO_TEST_CASE(d8_markup_in_names_and_codes_is_shown_as_it_is) {
  auto evil = oauth::testing::PublicClient();
  evil.name = "<script>alert(1)</script>";
  Owner().Run("TRUNCATE oauth_device_codes");
  Start(evil);
  const auto page = Ask(code);
  BOOST_TEST(Holds(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  const auto echo = Ask("\"><script>alert(2)</script>");
  BOOST_TEST(echo.status() == 404);
  for (const auto& each : {page, echo}) {
    BOOST_TEST(!Holds(each, "<script"));
    BOOST_TEST(each.header("content-security-policy").value().ends_with("form-action 'self'"));
    BOOST_TEST(each.header("x-frame-options").value() == "DENY");
  }
  BOOST_TEST(tab.Get("/oauth/device?user_code=%zz").status() == 400);
  BOOST_TEST(tab.Get("/oauth/device?user_code=%ff").status() == 400);
  BOOST_TEST(tab.Get("/oauth/device?user_code=" + std::string(101, '/')).status() == 400);
}

BOOST_AUTO_TEST_SUITE_END()
