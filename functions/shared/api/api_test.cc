// The description of this repository's functions.

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "functions/shared/oauth/scopes.h"
#include "host/openapi/openapi.h"

namespace {

nlohmann::json Document() {
  const auto shared =
      std::filesystem::canonical("functions/shared/api/document.json").parent_path();
  const auto made =
      host::DescribeApi({shared.parent_path().parent_path().string(), shared.string(), "1.0.0"});
  if (made) return nlohmann::json::parse(*made);
  for (const auto& error : made.error()) BOOST_TEST_MESSAGE(error);
  BOOST_FAIL(made.error().at(0));
  return {};
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_api_is_described_without_a_fault) {
  BOOST_TEST(Document()["paths"].size() > 25u);
}

// Who reads the description is told what users are told.
BOOST_AUTO_TEST_CASE(scopes_and_their_words_are_those_of_the_consent_page) {
  const auto scopes =
      Document()["components"]["securitySchemes"]["oauth2"]["flows"]["authorizationCode"]["scopes"];
  BOOST_TEST(scopes.size() == oauth::Scopes().size());
  for (const auto scope : oauth::Scopes()) {
    BOOST_TEST(scopes.value(std::string(scope), "") == oauth::InWords(scope));
  }
}
