#include <nlohmann/json.hpp>

#include "functions/shared/accounts/flows/flows.h"

using accounts::flows::Sent;
using accounts::flows::Site;
using accounts::testing::Owner;
using nlohmann::json;

namespace {

std::string Repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(sign_up, Site)

BOOST_AUTO_TEST_CASE(a_new_user_can_be_seen_and_can_log_in) {
  const auto made = SignUp({.body = "username=Jane+Doe&password=long+enough"});
  BOOST_TEST(made.status() == 201);
  BOOST_TEST(made.header("location").value() == "/api/users/Jane%20Doe/");
  BOOST_TEST(made.header("cache-control").value() == "private, no-store");
  const json user = json::parse(made.body());
  BOOST_TEST(user.size() == 3u);
  BOOST_TEST(user["username"] == "Jane Doe");
  BOOST_TEST(user["id"].is_number_integer());
  const auto creation = user["creation"].get<std::string>();
  BOOST_TEST(creation.size() == 26u);
  BOOST_TEST(creation[10] == 'T');
  BOOST_TEST(User("jane doe").body() == made.body());
  BOOST_TEST(Me({.token = Enter("JANE DOE", "long enough")}).body() == made.body());
}

BOOST_AUTO_TEST_CASE(json_serves_as_well_as_a_form) {
  BOOST_TEST(
      SignUp({.body = R"({"username":"jane","password":"long enough","more":[1]})"}).status() ==
      201);
  BOOST_TEST(Login({.body = R"({"username":"jane","password":"long enough"})"}).status() == 200);
}

BOOST_AUTO_TEST_CASE(a_name_is_taken_whatever_its_case_and_composition) {
  BOOST_TEST(SignUp({.body = "username=J%C3%BCrgen&password=long+enough"}).status() == 201);
  for (const std::string name : {"J%C3%BCrgen", "JU%CC%88RGEN", "j%C3%BCrgen"}) {
    const auto answer = SignUp({.body = "username=" + name + "&password=long+enough"});
    BOOST_TEST(answer.status() == 409);
    BOOST_TEST(answer.header("content-type").value() == "application/problem+json");
  }
}

BOOST_AUTO_TEST_CASE(names_are_kept_in_nfc) {
  const auto made = SignUp({.body = "username=Ju%CC%88rgen&password=long+enough"});
  BOOST_TEST(json::parse(made.body())["username"] == "J\u00fcrgen");
}

BOOST_AUTO_TEST_CASE(a_name_that_nfc_lengthens_beyond_50_is_refused_with_422) {
  const std::string body = "username=" + Repeat("%E0%A5%98", 50) + "&password=long+enough";
  for (const auto& answer : {SignUp({.body = body}), AdminCreate({.token = admin, .body = body})}) {
    BOOST_TEST(answer.status() == 422);
    BOOST_TEST(answer.body().find("more than 50") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_name_of_50_in_nfc_may_be_written_in_nfd_wherever_it_is_asked_for) {
  const std::string nfc = Repeat("\u00fc", 50);
  const std::string nfd = Repeat("u\u0308", 50);
  const auto body = [](const std::string& name) {
    return "username=" + host::EncodeComponent(name) + "&password=long+enough";
  };
  const auto made = SignUp({.body = body(nfd)});
  BOOST_TEST(made.status() == 201);
  BOOST_TEST(json::parse(made.body())["username"] == nfc);
  BOOST_TEST(SignUp({.body = body(nfc)}).status() == 409);
  BOOST_TEST(Login({.body = body(nfd)}).status() == 200);
  BOOST_TEST(User(nfd).body() == made.body());
  BOOST_TEST(AdminGet(nfd).body() == made.body());
  BOOST_TEST(SignUp({.body = body(Repeat("u\u0308", 51))}).status() == 422);
}

BOOST_AUTO_TEST_CASE(names_that_no_url_can_hold_are_refused) {
  for (const std::string name : {"a%2Fb", ".", ".."}) {
    const std::string body = "username=" + name + "&password=long+enough";
    BOOST_TEST(SignUp({.body = body}).status() == 422);
    BOOST_TEST(AdminCreate({.token = admin, .body = body}).status() == 422);
  }
}

BOOST_AUTO_TEST_CASE(strangers_may_use_the_same_key_and_each_gets_a_user) {
  BOOST_TEST(SignUp({.body = "username=jane&password=long+enough", .key = "1"}).status() == 201);
  const auto john = SignUp({.body = "username=john&password=long+enough", .key = "1"});
  BOOST_TEST(john.status() == 201);
  BOOST_TEST(json::parse(john.body())["username"] == "john");
  BOOST_TEST(SignUp({.body = "username=JANE&password=long+enough", .key = "1"}).status() == 422);
}

BOOST_AUTO_TEST_CASE(a_guessed_key_does_not_help_to_guess_a_password_at_speed) {
  SignUp({.body = "username=jane&password=long+enough", .key = "1"});
  const Sent guess{.body = "username=jane&password=a+wrong+guess", .key = "1"};
  for (int i = 0; i < 10; ++i) BOOST_TEST(SignUp(guess).status() == 422);
  FailedJustNow();
  BOOST_TEST(SignUp(guess).status() == 429);
}

BOOST_AUTO_TEST_CASE(a_repeat_gets_the_first_answer_and_another_body_is_refused) {
  const std::string body = "username=jane&password=long+enough";
  const auto first = SignUp({.body = body, .key = "k"});
  BOOST_TEST(first.status() == 201);
  const auto second = SignUp({.body = body, .key = "k"});
  BOOST_TEST(second.status() == 201);
  BOOST_TEST(second.body() == first.body());
  BOOST_TEST(SignUp({.body = "username=jane&password=another+one", .key = "k"}).status() == 422);
  BOOST_TEST(SignUp({.body = body}).status() == 409);
}

BOOST_AUTO_TEST_CASE(nginxs_second_try_gets_the_first_answer) {
  const std::string body = "username=jane&password=long+enough";
  BOOST_TEST(SignUp({.body = body, .id = "nginx-1"}).status() == 201);
  BOOST_TEST(SignUp({.body = body, .id = "nginx-1"}).status() == 201);
}

BOOST_AUTO_TEST_CASE(nothing_that_is_stored_gives_the_password_away_cheaply) {
  SignUp({.body = "username=jane&password=long+enough", .key = "k"});
  const auto stored = Owner().One("SELECT encode(fingerprint, 'escape') FROM request_keys");
  const auto hash = Owner().One("SELECT password_hash FROM users");
  BOOST_TEST(stored.find("long") == std::string::npos);
  BOOST_TEST(stored.ends_with(hash));  // the password is in it as the scrypt hash alone
}

BOOST_AUTO_TEST_CASE(a_user_has_a_strong_etag) {
  Add("jane");
  const auto user = User("jane");
  BOOST_TEST(user.status() == 200);
  const std::string etag(user.header("etag").value());
  BOOST_TEST(etag.starts_with('"'));
  const auto same = User("jane", {.headers = {{"if-none-match", "\"x\", W/" + etag}}});
  BOOST_TEST(same.status() == 304);
  BOOST_TEST(same.header("etag").value() == etag);
  BOOST_TEST(User("jane", {.headers = {{"if-none-match", "\"x\""}}}).status() == 200);
  BOOST_TEST(User("nobody").status() == 404);
}

BOOST_AUTO_TEST_SUITE_END()
