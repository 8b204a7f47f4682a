#include "functions/shared/oauth/consent.h"

#include "functions/shared/oauth/testing/clients.h"

using namespace oauth::testing;

BOOST_AUTO_TEST_CASE(a_consent_covers_what_was_allowed_and_no_more) {
  const auto user = accounts::testing::AddUser("consenting");
  const auto client = Add(PublicClient());
  const auto other = Add(PublicClient());
  WithDatabase([&](host::db::Database& db) {
    BOOST_TEST(!oauth::HasConsent(db, user, client.id, {"openid"}));
    oauth::RememberConsent(db, user, client.id, {"openid", "profile"});
    BOOST_TEST(oauth::HasConsent(db, user, client.id, {"openid"}));
    BOOST_TEST(oauth::HasConsent(db, user, client.id, {"profile", "openid"}));
    BOOST_TEST(!oauth::HasConsent(db, user, client.id, {"openid", "thoughts:write"}));
    BOOST_TEST(!oauth::HasConsent(db, user, other.id, {"openid"}));
    oauth::RememberConsent(db, user, client.id, {"thoughts:write"});
    BOOST_TEST(oauth::HasConsent(db, user, client.id, {"openid", "thoughts:write"}));
  });
}
