#include "functions/shared/oauth/scopes.h"

#include <boost/test/unit_test.hpp>

#include "functions/shared/oauth/secrets.h"

BOOST_AUTO_TEST_CASE(of_the_scopes_asked_for_those_are_chosen_that_the_client_may_have) {
  const std::vector<std::string> allowed{"thoughts:read", "openid", "admin"};
  BOOST_TEST(oauth::Join(oauth::Choose("email thoughts:read openid thoughts:read", allowed)) ==
             "openid thoughts:read");
  BOOST_TEST(oauth::Choose("thoughts:write", allowed).empty());
  BOOST_TEST(oauth::Choose("admin", allowed).empty());
  BOOST_TEST(oauth::Choose("account", {"account"}).empty());
}

BOOST_AUTO_TEST_CASE(each_scope_has_words_for_users) {
  for (const auto scope : oauth::Scopes()) BOOST_TEST(!oauth::InWords(scope).empty(), scope);
  BOOST_TEST(oauth::InWords("admin").empty());
}

BOOST_AUTO_TEST_CASE(a_successor_is_always_the_same_and_needs_both_seed_and_token) {
  const std::string token = oauth::RandomToken();
  BOOST_TEST(token.size() == 43u);
  BOOST_TEST(token != oauth::RandomToken());
  const std::string seed(32, 's');
  BOOST_TEST(oauth::Successor(seed, token) == oauth::Successor(seed, token));
  BOOST_TEST(oauth::Successor(seed, token) != oauth::Successor(std::string(32, 't'), token));
  BOOST_TEST(oauth::Successor(seed, token) != oauth::Successor(seed, token + "x"));
}

BOOST_AUTO_TEST_CASE(secrets_are_compared_whole) {
  BOOST_TEST(oauth::SameSecret("abc", "abc"));
  BOOST_TEST(!oauth::SameSecret("abc", "abd"));
  BOOST_TEST(!oauth::SameSecret("abc", "ab"));
  BOOST_TEST(oauth::Hash("a") != oauth::Hash("b"));
}
