#include <nlohmann/json.hpp>

#include "functions/shared/accounts/testing/server.h"
#include "host/function/function.h"

BOOST_AUTO_TEST_CASE(the_key_set_holds_public_halves_alone) {
  accounts::testing::Server server({.function = "oauth_jwks", .database_away = true});
  const auto answer = server.Call(function::Handle, {});
  BOOST_TEST(answer.status() == 200);
  const auto keys = nlohmann::json::parse(answer.body()).at("keys");
  BOOST_REQUIRE(keys.size() == 1u);
  BOOST_TEST(keys[0].at("alg") == "ES256");
  BOOST_TEST(keys[0].at("kty") == "EC");
  BOOST_TEST(keys[0].at("use") == "sig");
  BOOST_TEST(!keys[0].at("kid").get<std::string>().empty());
  BOOST_TEST(!keys[0].contains("d"));
}
