#include "functions/shared/accounts/flows/flows.h"
#include "functions/shared/accounts/password_hash.h"

using accounts::flows::Site;
using accounts::testing::AddUser;
using accounts::testing::Owner;

namespace {

constexpr char kRight[] = "username=demo&password=demo-password";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sessions, Site)

BOOST_AUTO_TEST_CASE(login_answers_with_exactly_one_member) {
  Add("demo");
  const auto answer = Login({.body = kRight});
  BOOST_TEST(answer.status() == 200);
  BOOST_TEST(answer.header("content-type").value() == "application/json");
  BOOST_TEST(answer.header("cache-control").value() == "private, no-store");
  BOOST_TEST(answer.body().starts_with("{\"Authorized\": \"Bearer ey"));
  BOOST_TEST(answer.body().ends_with("\"}"));
}

BOOST_AUTO_TEST_CASE(d7_a_wrong_name_and_a_wrong_password_get_the_same_answer) {
  Add("demo");
  const auto password = Login({.body = "username=demo&password=wrong-password", .id = "r"});
  const auto name = Login({.body = "username=nobody&password=demo-password", .id = "r"});
  const auto impossible = Login({.body = "username=+&password=", .id = "r"});
  BOOST_TEST(password.status() == 401);
  BOOST_TEST(password.body() == name.body());
  BOOST_TEST(password.body() == impossible.body());
  BOOST_CHECK(password.headers() == name.headers());
}

BOOST_AUTO_TEST_CASE(a_session_has_the_rights_of_its_user) {
  AddUser("boss", accounts::HashPassword("demo-password"), "{profile,admin}");
  Add("demo");
  BOOST_TEST(
      AdminCreate({.token = Enter("boss"), .body = "username=x&password=long+enough"}).status() ==
      201);
  BOOST_TEST(
      AdminCreate({.token = Enter("demo"), .body = "username=y&password=long+enough"}).status() ==
      403);
}

BOOST_AUTO_TEST_CASE(a_hash_of_the_old_site_is_replaced_at_login) {
  AddUser("old", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW");
  BOOST_TEST(Login({.body = "username=old&password=U*V"}).status() == 401);
  Enter("old", "U*U");
  BOOST_TEST(Owner().One("SELECT password_hash FROM users").starts_with("$scrypt$ln=15,r=8,p=3$"));
  Enter("old", "U*U");
}

BOOST_AUTO_TEST_CASE(d7_guessing_is_slowed_down_and_the_right_password_waits_too) {
  Add("demo");
  BOOST_TEST(Login({.body = "username=demo&password=wrong-password"}).status() == 401);
  FailedJustNow(9);
  const auto answer = Login({.body = kRight});
  BOOST_TEST(answer.status() == 429);
  BOOST_TEST(answer.header("retry-after").value() == "1");
  Owner().Run("UPDATE login_failures SET last = last - interval '1 s'");
  BOOST_TEST(Login({.body = kRight}).status() == 200);
  BOOST_TEST(Login({.body = kRight, .address = "192.0.2.2"}).status() == 200);
}

BOOST_AUTO_TEST_CASE(d3_after_logout_the_token_is_refused_and_other_sessions_go_on) {
  Add("demo");
  const auto token = Enter("demo");
  const auto other = Enter("demo");
  BOOST_TEST(Me({.token = token}).status() == 200);
  BOOST_TEST(Logout({.token = token}).status() == 204);
  Later();
  BOOST_TEST(Me({.token = token}).status() == 401);
  BOOST_TEST(Logout({.token = token}).status() == 401);
  BOOST_TEST(Me({.token = other}).status() == 200);
}

BOOST_AUTO_TEST_CASE(a_log_out_is_answered_although_clearing_away_old_ones_fails) {
  Add("demo");
  const auto token = Enter("demo");
  Owner().Run("REVOKE DELETE ON revocations FROM accounts_service");
  BOOST_TEST(Logout({.token = token}).status() == 204);
  Owner().Run("GRANT DELETE ON revocations TO accounts_service");
}

BOOST_AUTO_TEST_CASE(a_log_in_is_answered_although_clearing_away_old_failures_fails) {
  Add("demo");
  // Its time ends in 00, so this log-in is one that clears away, and what is to go cannot.
  Owner().Run(
      "UPDATE users SET epoch_ms = (floor(extract(epoch FROM now()) * 10)::bigint + 50) * 100 - 1; "
      "INSERT INTO login_failures VALUES ('address', 'old', 1, now() - interval '2 days'); "
      "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN RAISE 'kept'; END $$; "
      "CREATE TRIGGER refuse BEFORE DELETE ON login_failures FOR EACH ROW "
      "WHEN (OLD.subject = 'old') EXECUTE FUNCTION refuse()");
  BOOST_TEST(Login({.body = kRight}).status() == 200);
  BOOST_TEST(Owner().One("SELECT count(*) FROM login_failures WHERE subject = 'old'") == "1");
  Owner().Run("DROP TRIGGER refuse ON login_failures; DROP FUNCTION refuse()");
  Owner().Run(
      "UPDATE users SET epoch_ms = (floor(extract(epoch FROM now()) * 10)::bigint + 50) * 100 - 1");
  BOOST_TEST(Login({.body = kRight}).status() == 200);
  BOOST_TEST(Owner().One("SELECT count(*) FROM login_failures WHERE subject = 'old'") == "0");
}

BOOST_AUTO_TEST_CASE(a_repeated_logout_is_answered_although_its_token_is_refused) {
  Add("demo");
  const auto token = Enter("demo");
  BOOST_TEST(Logout({.token = token, .id = "nginx-1"}).status() == 204);
  Later();
  BOOST_TEST(Logout({.token = token, .id = "nginx-1"}).status() == 204);
  BOOST_TEST(Owner().One("SELECT count(*) FROM revocations") == "1");
}

BOOST_AUTO_TEST_SUITE_END()
