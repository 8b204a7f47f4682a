#include "functions/shared/session/token_cache.h"

#include <boost/test/unit_test.hpp>

using session::Claims;
using session::TokenCache;

namespace {

std::shared_ptr<const Claims> User(int64_t id) {
  Claims claims;
  claims.user_id = id;
  return std::make_shared<const Claims>(claims);
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_checked_token_is_found_by_its_exact_text) {
  TokenCache cache;
  cache.Keep("abc", 1, User(7));
  BOOST_REQUIRE(cache.Find("abc", 1));
  BOOST_TEST(cache.Find("abc", 1)->user_id == 7);
  BOOST_TEST(!cache.Find("abd", 1));
  BOOST_TEST(!cache.Find("ab", 1));
}

BOOST_AUTO_TEST_CASE(the_cache_stays_within_its_bound_and_keeps_what_is_used) {
  TokenCache cache(160);
  cache.Keep("used", 1, User(1));
  for (int i = 0; i < 10'000; ++i) {
    cache.Keep("token" + std::to_string(i), 1, User(i));
    BOOST_REQUIRE(cache.Find("used", 1));
    BOOST_REQUIRE(cache.size() <= 160u);
  }
}

BOOST_AUTO_TEST_CASE(another_key_set_empties_the_cache_for_good) {
  TokenCache cache;
  cache.Keep("abc", 1, User(7));
  BOOST_TEST(!cache.Find("abc", 2));
  cache.Keep("abc", 1, User(7));  // by a thread that still held the set before
  BOOST_TEST(!cache.Find("abc", 2));
}
