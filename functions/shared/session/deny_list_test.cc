#include "functions/shared/session/deny_list.h"

#include <boost/test/unit_test.hpp>
#include <latch>
#include <thread>

#include "host/base/unavailable.h"

using session::Claims;
using session::DenyList;
using session::Revocation;
using namespace std::chrono_literals;

namespace {

Claims Token(const std::string& id, int64_t user_id = 1, int64_t issued_ms = 1000) {
  Claims claims;
  claims.id = id;
  claims.user_id = user_id;
  claims.issued_ms = issued_ms;
  return claims;
}

// The table, as far as a test needs it.
struct Table {
  DenyList::Read Reader() {
    return [this](const std::string& cursor) {
      ++reads;
      if (away) throw host::Unavailable("away");
      DenyList::News news{{}, std::to_string(rows.size())};
      const size_t from = cursor.empty() ? 0 : std::stoul(cursor);
      news.revocations.assign(rows.begin() + static_cast<long>(from), rows.end());
      return news;
    };
  }
  bool Refresh() { return list.Refresh(clock, host::SteadyTime::max(), Reader()); }

  std::vector<Revocation> rows;
  bool away = false;
  int reads = 0;
  host::FakeClock clock;
  DenyList list;
  const int64_t now_s = std::chrono::system_clock::to_time_t(clock.Now());
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(deny_list, Table)

BOOST_AUTO_TEST_CASE(a_revoked_token_is_refused_at_the_next_request_after_900_ms) {
  BOOST_TEST(Refresh());
  rows.push_back({Revocation::Kind::kToken, "a", 0, now_s + 60});
  clock.Advance(DenyList::kStale - 1ms);
  Refresh();
  BOOST_TEST(!list.Refuses(Token("a")));
  clock.Advance(1ms);
  Refresh();
  BOOST_TEST(list.Refuses(Token("a")));
  BOOST_TEST(!list.Refuses(Token("b")));
  BOOST_TEST(reads == 2);
  BOOST_CHECK(DenyList::kStale < 1s);
}

BOOST_AUTO_TEST_CASE(a_users_epoch_refuses_older_tokens_and_no_newer_ones) {
  rows.push_back({Revocation::Kind::kUser, "7", 5000, now_s + 60});
  Refresh();
  BOOST_TEST(list.Refuses(Token("a", 7, 4999)));
  BOOST_TEST(list.Refuses(Token("a", 7, 5000)));
  BOOST_TEST(!list.Refuses(Token("a", 7, 5001)));
  BOOST_TEST(!list.Refuses(Token("a", 8, 1)));
  // An older epoch that is read again changes nothing.
  rows.push_back({Revocation::Kind::kUser, "7", 3000, now_s + 30});
  clock.Advance(1s);
  Refresh();
  BOOST_TEST(list.Refuses(Token("a", 7, 5000)));
}

BOOST_AUTO_TEST_CASE(a_revoked_grant_ends_its_access_tokens_alone) {
  rows.push_back({Revocation::Kind::kGrant, "g", 0, now_s + 60});
  Refresh();
  Claims of_grant = Token("a");
  of_grant.grant = "g";
  BOOST_TEST(list.Refuses(of_grant));
  of_grant.grant = "other";
  BOOST_TEST(!list.Refuses(of_grant));
  BOOST_TEST(!list.Refuses(Token("g")));  // a token of that jti is another thing
  BOOST_TEST(!list.Refuses(Token("a")));
}

BOOST_AUTO_TEST_CASE(without_the_database_the_list_serves_ten_seconds) {
  BOOST_TEST(Refresh());
  away = true;
  clock.Advance(10s);
  BOOST_TEST(Refresh());
  clock.Advance(1ms);
  BOOST_TEST(!Refresh());
  away = false;
  clock.Advance(DenyList::kRetry);
  BOOST_TEST(Refresh());
}

BOOST_AUTO_TEST_CASE(a_list_that_was_never_read_is_not_usable) {
  away = true;
  BOOST_TEST(!Refresh());
  BOOST_TEST(!Refresh());
  BOOST_TEST(reads == 1);  // a database that is away is not asked by every request
}

BOOST_AUTO_TEST_CASE(entries_leave_when_no_such_token_can_live) {
  for (int i = 0; i < 100; ++i) {
    rows.push_back({Revocation::Kind::kToken, std::to_string(i), 0, now_s + 60});
    rows.push_back({Revocation::Kind::kUser, std::to_string(i), 1, now_s + 60});
    rows.push_back({Revocation::Kind::kGrant, std::to_string(i), 0, now_s + 60});
  }
  Refresh();
  BOOST_TEST(list.size() == 300u);
  clock.Advance(122s);
  Refresh();
  BOOST_TEST(list.size() == 0u);
}

BOOST_AUTO_TEST_CASE(a_fault_of_the_program_is_not_hidden_and_the_next_read_works) {
  BOOST_CHECK_THROW(
      list.Refresh(clock, host::SteadyTime::max(),
                   [](const std::string&) -> DenyList::News { throw std::logic_error("x"); }),
      std::logic_error);
  clock.Advance(DenyList::kRetry);
  BOOST_TEST(Refresh());
}

BOOST_AUTO_TEST_CASE(while_one_thread_reads_others_go_on_with_a_list_that_is_fresh_enough) {
  BOOST_TEST(Refresh());
  clock.Advance(DenyList::kStale);
  std::latch reading(1);
  std::latch go_on(1);
  std::thread slow([&] {
    list.Refresh(clock, host::SteadyTime::max(), [&](const std::string& cursor) {
      reading.count_down();
      go_on.wait();
      return DenyList::News{{}, cursor};
    });
  });
  reading.wait();
  const bool usable = Refresh();
  const int reads_meanwhile = reads;
  go_on.count_down();
  slow.join();
  BOOST_TEST(usable);
  BOOST_TEST(reads_meanwhile == 1);
}

BOOST_AUTO_TEST_CASE(while_one_thread_reads_others_wait_when_their_list_is_older) {
  BOOST_TEST(Refresh());
  clock.Advance(5s);
  std::latch reading(1);
  std::latch go_on(1);
  std::thread first([&] {
    list.Refresh(clock, host::SteadyTime::max(), [&](const std::string&) {
      reading.count_down();
      go_on.wait();
      return DenyList::News{{{Revocation::Kind::kToken, "a", 0, now_s + 60}}, "1"};
    });
  });
  reading.wait();
  bool refused = false;
  std::thread second([&] {
    Refresh();
    refused = list.Refuses(Token("a"));
  });
  go_on.count_down();
  second.join();
  first.join();
  BOOST_TEST(refused);
}

BOOST_AUTO_TEST_CASE(before_the_first_read_ends_others_wait_for_it) {
  std::latch reading(1);
  std::thread first([&] {
    list.Refresh(clock, host::SteadyTime::max(), [&](const std::string&) {
      reading.count_down();
      return DenyList::News{{{Revocation::Kind::kToken, "a", 0, now_s + 60}}, "1"};
    });
  });
  reading.wait();
  BOOST_TEST(list.Refresh(clock, host::SteadyTime::max(), Reader()));
  BOOST_TEST(list.Refuses(Token("a")));
  first.join();
}

BOOST_AUTO_TEST_CASE(a_read_that_hangs_holds_others_no_longer_than_their_deadline) {
  std::latch reading(1);
  std::latch go_on(1);
  std::thread hung([&] {
    list.Refresh(clock, host::SteadyTime::max(), [&](const std::string&) {
      reading.count_down();
      go_on.wait();
      return DenyList::News{{}, "0"};
    });
  });
  reading.wait();
  const bool usable = list.Refresh(clock, std::chrono::steady_clock::now() + 20ms, Reader());
  go_on.count_down();
  hung.join();
  BOOST_TEST(!usable);
}

BOOST_AUTO_TEST_SUITE_END()
