// Administration on the internal port.

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/instance/instance.h"

BOOST_AUTO_TEST_SUITE(admin)

using e2e::AdminAuthorization;
using e2e::Internal;
using e2e::Json;

BOOST_AUTO_TEST_CASE(users_are_found_by_id_and_by_name) {
  const auto user = e2e::NewUser(e2e::Unique("Two Words"));
  const auto by_id =
      e2e::Get(Internal("/admin/users/" + std::to_string(user.id) + "/"), AdminAuthorization());
  const auto by_name =
      e2e::Get(Internal("/admin/users/" + e2e::Encode(user.username) + "/"), AdminAuthorization());
  BOOST_TEST(by_id.status == 200);
  BOOST_TEST(by_name.status == 200);
  BOOST_TEST(Json(by_id) == Json(by_name));
  const auto list = e2e::Get(Internal("/admin/users/"), AdminAuthorization());
  BOOST_TEST(list.status == 200);
  BOOST_TEST(Json(list).is_array());
  E2E_PROBLEM(e2e::Get(Internal("/admin/users/nobody%20at%20all/"), AdminAuthorization()), 404);
}

BOOST_AUTO_TEST_CASE(deleting_is_204_also_when_absent) {
  const auto user = e2e::NewUser();
  const auto thought = e2e::NewThought(user, "to be removed");
  const auto thought_url = Internal("/admin/thoughts/" + std::to_string(thought) + "/");
  const auto user_url = Internal("/admin/users/" + e2e::Encode(user.username) + "/");
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST(e2e::Delete(thought_url, AdminAuthorization()).status == 204);
  }
  E2E_PROBLEM(e2e::Get(e2e::Public("/api/thoughts/" + std::to_string(thought) + "/")), 404);
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST(e2e::Delete(user_url, AdminAuthorization()).status == 204);
  }
  E2E_PROBLEM(e2e::Get(user_url, AdminAuthorization()), 404);
}

BOOST_AUTO_TEST_CASE(a_users_token_is_not_enough) {
  const auto user = e2e::NewUser();
  for (const char* path : {"/admin/users/", "/admin/users/demo/", "/admin/version/"}) {
    const auto answer = e2e::Get(Internal(path), user.authorization);
    E2E_PROBLEM(answer, 403);
    BOOST_TEST(answer.header("www-authenticate").find("insufficient_scope") != std::string::npos);
  }
  E2E_PROBLEM(e2e::Delete(Internal("/admin/thoughts/1/"), user.authorization), 403);
}

BOOST_AUTO_TEST_CASE(the_version_names_the_commit) {
  const auto answer = e2e::Get(Internal("/admin/version/"), AdminAuthorization());
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(Json(answer).at("commit").is_string());
  BOOST_TEST(Json(answer).at("version").is_string());
}

BOOST_AUTO_TEST_CASE(a_taken_name_is_409) {
  E2E_PROBLEM(e2e::PostForm(Internal("/admin/users/"), "username=Demo&password=long+enough",
                            AdminAuthorization()),
              409);
}

BOOST_AUTO_TEST_SUITE_END()
