// The database is asked for nothing but which tokens have ended.

#include "functions/shared/accounts/testing/door.h"
#include "host/function/function.h"

namespace {

host::Response Of(const std::vector<std::string>& scopes) {
  session::Claims claims;
  claims.user_id = 7;
  claims.username = "J\u00fcrgen";
  claims.scopes = scopes;
  claims.client_id = "app-x";
  return accounts::testing::CallWithoutDatabase(
      function::Handle, "oauth_userinfo",
      accounts::testing::Bearer(session::TokenKind::kAccess, claims));
}

}  // namespace

BOOST_AUTO_TEST_CASE(asks_for_a_token_with_its_scope) {
  accounts::testing::CheckDoor(function::Handle, "oauth_userinfo");
}

BOOST_AUTO_TEST_CASE(tells_the_name_with_the_scope_profile_alone) {
  BOOST_TEST(Of({"openid"}).body() == R"({"sub":"7"})");
  const auto answer = Of({"openid", "profile"});
  BOOST_TEST(answer.body() ==
             "{\"name\":\"J\u00fcrgen\",\"preferred_username\":\"J\u00fcrgen\",\"sub\":\"7\"}");
  BOOST_TEST(answer.header("cache-control").value() == "no-store");
}
