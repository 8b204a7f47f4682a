#include "functions/shared/oauth/device.h"

#include "functions/shared/oauth/scopes.h"
#include "functions/shared/oauth/testing/clients.h"

using namespace oauth::testing;

BOOST_AUTO_TEST_CASE(a_user_code_is_eight_letters_that_nobody_confuses) {
  for (int i = 0; i < 200; ++i) {
    const std::string code = oauth::MakeUserCode();
    BOOST_TEST(code.size() == 9u);
    BOOST_TEST(code[4] == '-');
    BOOST_TEST(oauth::ReadUserCode(code).size() == 8u);
  }
  BOOST_TEST(oauth::ReadUserCode(" bcdf ghjk") == "BCDFGHJK");
  BOOST_TEST(oauth::ReadUserCode("BC-DF-GH-JK") == "BCDFGHJK");
  for (const char* typed : {"", "BCDFGHJ", "BCDFGHJKL", "ABCDFGHJ", "BCDFGHJ1", "BCDF_GHJK"}) {
    BOOST_TEST(oauth::ReadUserCode(typed) == "", typed);
  }
}

BOOST_AUTO_TEST_CASE(the_user_finds_what_the_device_asks_for_and_decides_once) {
  const auto user = accounts::testing::AddUser("with a device");
  const auto client = Add(PublicClient());
  WithDatabase([&](host::db::Database& db) {
    const auto codes = oauth::StartDevice(db, client.id, {"thoughts:read"});
    const auto found = oauth::FindDevice(db, codes.user_code);
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(found->client.id == client.id);
    BOOST_TEST(oauth::Join(found->scopes) == "thoughts:read");
    BOOST_TEST(!oauth::FindDevice(db, "BCDF-GHJK"));
    BOOST_TEST(!oauth::FindDevice(db, codes.device_code));
    BOOST_TEST(oauth::DecideDevice(db, codes.user_code, user, false));
    BOOST_TEST(!oauth::DecideDevice(db, codes.user_code, user, true));
    BOOST_TEST(!oauth::FindDevice(db, codes.user_code));
  });
}

BOOST_AUTO_TEST_CASE(after_15_minutes_nothing_is_decided) {
  const auto user = accounts::testing::AddUser("too late");
  const auto client = Add(PublicClient());
  WithDatabase([&](host::db::Database& db) {
    const auto codes = oauth::StartDevice(db, client.id, {"thoughts:read"});
    accounts::testing::Owner().Run(
        "UPDATE oauth_device_codes SET creation = creation - interval '15 minutes'");
    BOOST_TEST(!oauth::FindDevice(db, codes.user_code));
    BOOST_TEST(!oauth::DecideDevice(db, codes.user_code, user, true));
  });
}
