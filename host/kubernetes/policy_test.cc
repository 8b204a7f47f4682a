#include "host/kubernetes/policy.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "host/kubernetes/policy_test_support.h"

BOOST_AUTO_TEST_SUITE(policy)

namespace {

std::string FirstFault(const nlohmann::json& changed) {
  const auto policy = host::kubernetes::ParsePolicy(changed.dump(), "policy.json");
  return policy ? "" : policy.error().front();
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_complete_policy_is_read) {
  const auto read = host::kubernetes::ParsePolicy(host::kubernetes::kPolicy, "policy.json");
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->image == "registry.example/shop/{name}");
  BOOST_TEST(read->needs.at("database").secrets.at("database-shop") == "/run/secrets/database");
}

BOOST_AUTO_TEST_CASE(a_misspelt_or_missing_key_is_named) {
  auto json = nlohmann::json::parse(host::kubernetes::kPolicy);
  json["replica"] = 1;
  BOOST_TEST(FirstFault(json).starts_with("policy.json: replica: unknown key"));
  json.erase("replica");
  json["needs"]["database"]["secret"] = 1;
  BOOST_TEST(FirstFault(json).starts_with("policy.json: needs.database.secret: unknown key"));
  json["needs"]["database"].erase("secret");
  json["grace"].erase("spare_s");
  BOOST_TEST(FirstFault(json) == "policy.json: grace.spare_s: missing; every key must be stated");
}

BOOST_AUTO_TEST_CASE(an_image_without_a_place_for_the_name_is_refused) {
  auto json = nlohmann::json::parse(host::kubernetes::kPolicy);
  json["image"] = "registry.example/all";
  BOOST_TEST(FirstFault(json).starts_with("policy.json: image: must hold {name}"));
}

BOOST_AUTO_TEST_SUITE_END()
