#include "functions/shared/accounts/password_hash.h"

#include <boost/test/unit_test.hpp>
#include <ctime>
#include <string>

using accounts::CheckPassword;
using accounts::Match;
using accounts::ScryptCost;

namespace {

constexpr ScryptCost kCheap{.log_n = 4, .r = 8, .p = 1};

// Of this thread's processor time: other work on the machine does not count.
double Seconds(auto work) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const double start = now();
  work();
  return now() - start;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_right_password_matches_and_no_other) {
  const std::string hash = accounts::HashPassword("correct horse");
  BOOST_TEST(hash.starts_with("$scrypt$ln=15,r=8,p=3$"));
  BOOST_CHECK(CheckPassword("correct horse", hash) == Match::kYes);
  BOOST_CHECK(CheckPassword("correct horsf", hash) == Match::kNo);
  BOOST_CHECK(CheckPassword("", hash) == Match::kNo);
}

BOOST_AUTO_TEST_CASE(the_same_password_hashes_to_another_text_each_time) {
  BOOST_TEST(accounts::HashPassword("x", kCheap) != accounts::HashPassword("x", kCheap));
}

BOOST_AUTO_TEST_CASE(a_hash_of_another_cost_still_matches_and_is_old) {
  const std::string hash = accounts::HashPassword("correct horse", kCheap);
  BOOST_CHECK(CheckPassword("correct horse", hash) == Match::kYesButOld);
  BOOST_CHECK(CheckPassword("wrong horse", hash) == Match::kNo);
}

BOOST_AUTO_TEST_CASE(scrypt_is_the_one_of_rfc_7914) {
  // Section 12, N=1024 r=8 p=16, its first 32 of 64 bytes do not do: the whole hash stands here.
  BOOST_CHECK(CheckPassword("password",
                            "$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/"
                            "nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA") ==
              Match::kYesButOld);
}

BOOST_AUTO_TEST_CASE(bcrypt_hashes_of_the_old_site_match_and_are_old) {
  // Test vectors of crypt_blowfish.
  BOOST_CHECK(
      CheckPassword("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW") ==
      Match::kYesButOld);
  BOOST_CHECK(
      CheckPassword("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW") ==
      Match::kYesButOld);
  BOOST_CHECK(
      CheckPassword("U*V", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW") ==
      Match::kNo);
}

BOOST_AUTO_TEST_CASE(a_damaged_hash_matches_nothing) {
  const std::string good = accounts::HashPassword("x", kCheap);
  for (const std::string& bad :
       {std::string(), std::string("none"), std::string("*"), std::string("$scrypt$"),
        std::string("$scrypt$ln=63,r=8,p=3$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA"),
        std::string("$scrypt$ln=15,r=8,p=3$AAAA$"), std::string("$scrypt$ln=0,r=8,p=1$AAAA$AAAA"),
        std::string("$1$salt$qJH7.N4xYta3aEG/dfqo/0"), good + "!",
        good.substr(0, good.size() - 30)}) {
    BOOST_CHECK(CheckPassword("x", bad) == Match::kNo);
    BOOST_CHECK(CheckPassword("", bad) == Match::kNo);
  }
}

BOOST_AUTO_TEST_CASE(d7_an_unknown_user_costs_the_time_of_a_known_one) {
  const std::string hash = accounts::HashPassword("correct horse");
  const double known = Seconds([&] { CheckPassword("wrong", hash); });
  const double unknown = Seconds([] { accounts::CheckPassword("wrong", accounts::NobodysHash()); });
  const double damaged = Seconds([] { CheckPassword("wrong", "none"); });
  // Far apart only if one of them does no work.
  BOOST_TEST(unknown > known / 3);
  BOOST_TEST(damaged > known / 3);
}
