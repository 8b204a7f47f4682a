// Rights that the operator alone gives: ./dev user.

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(operator_rights)

using e2e::Internal;
using e2e::Public;

namespace {

e2e::Ran User(const std::string& action, const std::string& name, const std::string& scope) {
  return e2e::Bash("./dev user " + action + " '" + name + "' " + scope + " --state '" +
                   e2e::State() + "'");
}

int AdminStatus(const std::string& authorization) {
  return e2e::Get(Internal("/admin/users/"), authorization).status;
}

}  // namespace

BOOST_AUTO_TEST_CASE(admin_comes_from_the_operator_and_goes_within_a_second) {
  const auto user = e2e::NewUser();
  BOOST_TEST(User("grant", user.username, "admin").exit_code == 0);
  BOOST_TEST(AdminStatus(user.authorization) == 403);  // a session keeps what it began with
  const auto admin = e2e::Login(user.username, user.password);
  BOOST_TEST(AdminStatus(admin) == 200);
  BOOST_TEST(User("revoke", user.username, "admin").exit_code == 0);
  std::this_thread::sleep_for(std::chrono::seconds(1));  // the promise
  BOOST_TEST(AdminStatus(admin) == 401);
  BOOST_TEST(AdminStatus(e2e::Login(user.username, user.password)) == 403);
}

BOOST_AUTO_TEST_CASE(nobody_becomes_admin_by_asking) {
  const auto name = e2e::Unique("climber");
  const auto signed_up = e2e::PostForm(
      Public("/api/users/"), "username=" + e2e::Encode(name) +
                                 "&password=long+enough&scopes=admin&scope=admin&admin=true");
  BOOST_TEST(signed_up.status == 201);
  const auto session = e2e::Login(name, "long enough");
  BOOST_TEST(AdminStatus(session) == 403);
  E2E_PROBLEM(e2e::PostForm(Public("/api/me/tokens/"), "name=x&scopes=admin", session), 422);

  // Nor does an admin's program get the right of its maker.
  BOOST_TEST(User("grant", name, "admin").exit_code == 0);
  const auto admin = e2e::Login(name, "long enough");
  E2E_PROBLEM(e2e::PostForm(Public("/api/me/tokens/"), "name=x&scopes=admin", admin), 422);
}

BOOST_AUTO_TEST_CASE(an_operator_ends_all_that_a_user_has) {
  const auto user = e2e::NewUser();
  const auto made =
      e2e::PostForm(Public("/api/me/tokens/"), "name=x&scopes=profile", user.authorization);
  const auto personal = "Bearer " + e2e::Json(made).at("token").get<std::string>();
  BOOST_TEST(e2e::Get(Public("/api/me/"), personal).status == 200);
  BOOST_TEST(User("logout", user.username, "").exit_code == 0);
  std::this_thread::sleep_for(std::chrono::seconds(1));  // the promise
  BOOST_TEST(e2e::Get(Public("/api/me/"), user.authorization).status == 401);
  BOOST_TEST(e2e::Get(Public("/api/me/"), personal).status == 401);
  const auto again = e2e::Login(user.username, user.password);
  BOOST_TEST(e2e::Get(Public("/api/me/"), again).status == 200);
}

BOOST_AUTO_TEST_CASE(what_the_operator_mistypes_is_told) {
  BOOST_TEST(User("grant", "nobody at all", "admin").exit_code == 1);
  BOOST_TEST(User("grant", "demo", "root").exit_code == 2);
  BOOST_TEST(User("give", "demo", "admin").exit_code == 2);
}

BOOST_AUTO_TEST_SUITE_END()
