#include "functions/shared/accounts/throttle.h"

#include "functions/shared/accounts/testing/server.h"

using accounts::AddressSubject;
using accounts::Throttle;
using accounts::testing::Owner;

namespace {

struct World {
  World() { Owner().Run("DELETE FROM login_failures"); }

  // 0 when the attempt may go on, else Retry-After in seconds.
  int Attempt(const std::string& account, const std::string& address) {
    const auto allowed = Throttle(db, account, address).Attempt();
    if (allowed) return 0;
    BOOST_TEST(allowed.error().status == 429);
    BOOST_TEST(allowed.error().headers.at(0).first == "Retry-After");
    return std::stoi(allowed.error().headers.at(0).second);
  }
  void Fail(const std::string& account, const std::string& address, int times) {
    for (int i = 0; i < times; ++i) BOOST_TEST(Attempt(account, address) == 0);
  }
  // As if `seconds` had gone by.
  void Pass(int seconds) {
    Owner().Run("UPDATE login_failures SET last = last - interval '" + std::to_string(seconds) +
                " s'");
  }
  int Failures(const std::string& kind) {
    return std::stoi(Owner().One("SELECT failures FROM login_failures WHERE kind = $1", {kind}));
  }

  accounts::testing::Server server{{.function = "login"}};
  host::db::Database db{*server.process().pool,
                        std::chrono::steady_clock::now() + std::chrono::seconds(30)};
};

}  // namespace

BOOST_AUTO_TEST_CASE(ipv6_counts_by_its_64_bit_network) {
  BOOST_TEST(AddressSubject("127.0.0.1") == "127.0.0.1");
  BOOST_TEST(AddressSubject("2001:db8:0:1:aa:bb:cc:dd") == "2001:db8:0:1::/64");
  BOOST_TEST(AddressSubject("2001:db8:0:1::5") == "2001:db8:0:1::/64");
  BOOST_TEST(AddressSubject("::ffff:192.0.2.1") == "192.0.2.1");
  BOOST_TEST(AddressSubject("unix:") == "unix:");
}

BOOST_AUTO_TEST_CASE(users_are_shown_networks_not_addresses) {
  BOOST_TEST(accounts::NetworkOf("192.0.2.17") == "192.0.2.0/24");
  BOOST_TEST(accounts::NetworkOf("::ffff:192.0.2.17") == "192.0.2.0/24");
  BOOST_TEST(accounts::NetworkOf("2001:db8:0:1::5") == "2001:db8:0:1::/64");
  BOOST_TEST(accounts::NetworkOf("unix:") == "unix:");
}

BOOST_FIXTURE_TEST_SUITE(throttle, World)

BOOST_AUTO_TEST_CASE(d7_ten_failures_are_free_then_the_wait_doubles) {
  Fail("demo", "192.0.2.1", 10);
  for (const int wait : {1, 2, 4, 8, 16}) {
    BOOST_TEST(Attempt("demo", "192.0.2.1") == wait);
    Pass(wait);
    BOOST_TEST(Attempt("demo", "192.0.2.1") == 0);
  }
}

BOOST_AUTO_TEST_CASE(d7_the_wait_is_never_longer_than_15_minutes_and_never_for_good) {
  Owner().Run(
      "INSERT INTO login_failures (kind, subject, failures) VALUES ('account', 'demo', 22), "
      "('address', "
      "'192.0.2.1', 22)");
  BOOST_TEST(Attempt("demo", "192.0.2.1") == 900);
  Pass(900);
  BOOST_TEST(Attempt("demo", "192.0.2.1") == 0);
  BOOST_TEST(Failures("account") <= 22);
  BOOST_TEST(Attempt("demo", "192.0.2.1") == 900);
}

BOOST_AUTO_TEST_CASE(attempts_that_come_too_early_lengthen_nothing) {
  Fail("demo", "192.0.2.1", 10);
  for (int i = 0; i < 50; ++i) BOOST_TEST(Attempt("demo", "192.0.2.1") == 1);
  Pass(1);
  BOOST_TEST(Attempt("demo", "192.0.2.1") == 0);
}

BOOST_AUTO_TEST_CASE(
    an_account_is_slowed_down_whatever_address_asks_and_however_its_name_is_written) {
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(Attempt(i % 2 ? "J\u00fcrgen" : "JU\u0308RGEN", "192.0.2." + std::to_string(i)) ==
               0);
  }
  BOOST_TEST(Attempt("j\u00fcrgen", "192.0.2.100") == 1);
  BOOST_TEST(Attempt("somebody else", "192.0.2.100") == 0);
}

BOOST_AUTO_TEST_CASE(d7_an_address_is_slowed_down_whatever_account_it_tries) {
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(Attempt("user" + std::to_string(i), "2001:db8::" + std::to_string(i)) == 0);
  }
  BOOST_TEST(Attempt("user", "2001:db8::ffff") == 1);
  BOOST_TEST(Attempt("user", "2001:db8:0:1::") == 0);
  // A name that no user can have counts for the address alone.
  BOOST_TEST(Attempt("", "2001:db8::ffff") == 1);
}

BOOST_AUTO_TEST_CASE(an_attempt_refused_for_the_account_is_not_the_addresss_fault) {
  Fail("demo", "192.0.2.1", 10);
  Owner().Run("DELETE FROM login_failures WHERE kind = 'address'");
  for (int i = 0; i < 20; ++i) BOOST_TEST(Attempt("demo", "192.0.2.9") == 1);
  BOOST_TEST(Failures("address") == 0);
}

BOOST_AUTO_TEST_CASE(success_clears_the_account_but_not_what_the_address_did_before) {
  Fail("demo", "192.0.2.1", 5);
  Throttle right(db, "DEMO", "192.0.2.1");
  BOOST_TEST(right.Attempt().has_value());
  right.Succeeded();
  BOOST_TEST(Failures("account") == 0);
  BOOST_TEST(Failures("address") == 5);
}

BOOST_AUTO_TEST_CASE(d7_an_attack_from_elsewhere_does_not_lock_the_owner_out) {
  Throttle owner(db, "demo", "192.0.2.1");
  BOOST_TEST(owner.Attempt().has_value());
  owner.Succeeded();
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(Attempt("demo", "198.51.100." + std::to_string(i)) == 0);
  }
  BOOST_TEST(Attempt("demo", "198.51.100.200") == 1);
  BOOST_TEST(Attempt("Demo", "192.0.2.1") == 0);
  // The known address is counted all the same.
  Owner().Run("DELETE FROM login_failures WHERE kind = 'address'");
  for (int i = 0; i < 9; ++i) BOOST_TEST(Attempt("demo", "192.0.2.1") == 0);
  Owner().Run("DELETE FROM login_failures WHERE kind = 'address'");
  BOOST_TEST(Attempt("demo", "192.0.2.1") == 1);
  Pass(31 * 24 * 3600);
  Owner().Run("UPDATE login_failures SET failures = 10, last = now() WHERE subject = 'demo'");
  BOOST_TEST(Attempt("demo", "192.0.2.1") == 1);
}

BOOST_AUTO_TEST_CASE(rows_that_count_for_nothing_are_cleared_away) {
  Throttle(db, "kept", "192.0.2.1").Succeeded();
  Fail("gone", "192.0.2.2", 1);
  Pass(2 * 24 * 3600);
  Fail("fresh", "192.0.2.3", 1);
  Throttle::Purge(db);
  BOOST_TEST(Owner().One("SELECT string_agg(replace(subject, E'\\t', '+'), ' ' ORDER BY subject) "
                         "FROM login_failures") == "192.0.2.3 fresh kept+192.0.2.1");
}

BOOST_AUTO_TEST_CASE(clearing_away_takes_a_few_and_waits_for_nobody) {
  Owner().Run(
      "INSERT INTO login_failures SELECT 'address', g::text, 1, now() - interval '2 days' "
      "FROM generate_series(1, 600) g");
  Owner().Run("BEGIN; SELECT 1 FROM login_failures WHERE subject = '1' FOR UPDATE");
  Throttle::Purge(db);
  Owner().Run("COMMIT");
  BOOST_TEST(Owner().One("SELECT count(*) FROM login_failures") == "100");
  BOOST_TEST(Owner().One("SELECT count(*) FROM login_failures WHERE subject = '1'") == "1");
}

BOOST_AUTO_TEST_CASE(failures_are_forgotten_with_time) {
  Fail("demo", "192.0.2.1", 10);
  Pass(2 * 3600);
  Fail("demo", "192.0.2.1", 2);
  BOOST_TEST(Attempt("demo", "192.0.2.1") == 1);
}

BOOST_AUTO_TEST_SUITE_END()
