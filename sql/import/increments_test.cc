// Again and again while both sites write.

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

#include "sql/import/import_test_support.h"
#include "sql/import/old_site.h"

namespace {

using sql::Connection;
using sql::imports::Sites;

constexpr const char* kOurIds = "SELECT string_agg(id::text, ',' ORDER BY id) FROM thoughts";
// Of both sides, in one text: equal when nothing is lost, doubled or changed.
constexpr const char* kTheirThoughts =
    "SELECT md5(string_agg(concat_ws('|', id, username, text, timestamp), ';' ORDER BY id)) FROM "
    "thoughts_thoughtmodel";
constexpr const char* kOurThoughts =
    "SELECT md5(string_agg(concat_ws('|', id, username, text, timestamp), ';' ORDER BY id)) FROM "
    "thoughts";

struct WithAnn : Sites {
  WithAnn() { theirs.AddUser("ann", "a password"); }
  void Fill(int count) {
    theirs.One(
        "WITH new AS (INSERT INTO thoughts_thoughtmodel (username, text, timestamp) SELECT "
        "'ann', 'thought ' || n, now() FROM generate_series(1, " +
        std::to_string(count) + ") AS n RETURNING 1) SELECT count(*) FROM new");
  }
};

BOOST_FIXTURE_TEST_CASE(a_second_run_brings_only_what_is_new, WithAnn) {
  Fill(3000);
  BOOST_TEST(Run().thoughts.imported == 3000);
  BOOST_TEST(Run().thoughts.imported == 0);
  theirs.AddUser("bob", "a password");
  Write(9000, "bob", "new");
  const auto& report = Run();
  BOOST_TEST(report.users.imported == 1);
  BOOST_TEST(report.users.unchanged == 1);
  BOOST_TEST(report.thoughts.imported == 1);
  BOOST_TEST(report.thoughts.unchanged == 3000);
  BOOST_TEST(Here(kOurThoughts) == theirs.One(kTheirThoughts));
}

// A sequence gives out ids before COMMIT: a lower one may appear after a higher one.
BOOST_FIXTURE_TEST_CASE(a_thought_that_is_committed_late_with_a_lower_id_is_not_missed, WithAnn) {
  Connection late(theirs.url());
  late.Run(
      "BEGIN; INSERT INTO thoughts_thoughtmodel (username, text, timestamp) VALUES ('ann', "
      "'late', now())");
  Fill(5000);
  BOOST_TEST(Run().thoughts.imported == 5000);
  BOOST_TEST(Here("SELECT min(id) FROM thoughts") == "2");
  late.Run("COMMIT");
  BOOST_TEST(Run().thoughts.imported == 1);
  BOOST_TEST(Here("SELECT text FROM thoughts WHERE id = 1") == "late");
  BOOST_TEST(Here(kOurThoughts) == theirs.One(kTheirThoughts));
}

BOOST_FIXTURE_TEST_CASE(what_was_deleted_here_does_not_come_back, WithAnn) {
  theirs.AddUser("bob", "a password");
  for (const int id : {1, 2, 3}) Write(id, id == 3 ? "bob" : "ann", "a thought");
  Run();
  Here("DELETE FROM thoughts WHERE id = 1 RETURNING 1");
  Here("DELETE FROM users WHERE username = 'bob' RETURNING 1");
  Write(4, "bob", "after the account was deleted here");
  const auto& report = Run();
  BOOST_TEST(report.users.deleted_here == 1);
  BOOST_TEST(report.thoughts.imported == 0);
  BOOST_TEST(report.thoughts.of_deleted == 1);
  BOOST_TEST(Here(kOurIds) == "2");
  BOOST_TEST(Here("SELECT count(*) FROM users") == "1");
}

BOOST_FIXTURE_TEST_CASE(what_changes_there_after_it_came_is_reported_and_left_here, WithAnn) {
  for (const int id : {1, 2, 3}) Write(id, "ann", "as it came");
  Run();
  theirs.One("UPDATE thoughts_thoughtmodel SET text = 'edited' WHERE id = 1 RETURNING 1");
  theirs.One("DELETE FROM thoughts_thoughtmodel WHERE id = 2 RETURNING 1");
  for (int again = 0; again < 2; ++again) {
    const auto& report = Run();
    BOOST_TEST(report.thoughts.changed == 1);
    BOOST_TEST(report.thoughts.gone == 1);
    BOOST_TEST(report.thoughts.unchanged == 1);
    BOOST_TEST(report.thoughts.refused == 0);
  }
  BOOST_TEST(Here("SELECT string_agg(DISTINCT text, ',') FROM thoughts") == "as it came");
  BOOST_TEST(Here(kOurIds) == "1,2,3");
}

BOOST_FIXTURE_TEST_CASE(a_refused_row_comes_once_it_is_mended_there, WithAnn) {
  Write(1, "bob", "of nobody yet");
  BOOST_TEST(Run().thoughts.refused == 1);
  BOOST_TEST(Run().thoughts.refused == 1);
  theirs.AddUser("bob", "a password");
  const auto& report = Run();
  BOOST_TEST(report.thoughts.imported == 1);
  BOOST_TEST(report.thoughts.refused == 0);
}

std::string HashOf(Sites& sites) { return sites.Here("SELECT password_hash FROM users"); }

BOOST_FIXTURE_TEST_CASE(a_password_changed_there_comes_unless_it_was_changed_here, WithAnn) {
  Run();
  const auto change_there = [&](const std::string& password) {
    const auto hash = monolith::BcryptHash(password);
    theirs.One("UPDATE thoughts_usermodel SET password_hash = '" + hash + "' RETURNING 1");
    return hash;
  };
  const auto second = change_there("second");
  BOOST_TEST(Run().users.new_password == 1);
  BOOST_TEST(HashOf(*this) == second);

  // A log-in here hashes the same password anew.
  Here("UPDATE users SET password_hash = '$scrypt$...' RETURNING 1");
  BOOST_TEST(Run().users.new_password == 0);
  BOOST_TEST(HashOf(*this) == "$scrypt$...");
  const auto third = change_there("third");
  BOOST_TEST(Run().users.new_password == 1);
  BOOST_TEST(HashOf(*this) == third);

  Here("UPDATE users SET password_hash = 'of here', epoch_ms = 1764000000000 RETURNING 1");
  change_there("fourth");
  const auto& report = Run();
  BOOST_TEST(report.users.new_password == 0);
  BOOST_TEST(HashOf(*this) == "of here");
  BOOST_TEST(Refused().find("has a new password there") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(new_thoughts_of_both_sites_get_ids_that_do_not_meet, WithAnn) {
  Fill(10);
  BOOST_TEST(Run(false, 5000).next_here == 5011);
  const char* write_here =
      "INSERT INTO thoughts (user_id, username, text) SELECT id, username, 'here' FROM users "
      "RETURNING id";
  BOOST_TEST(Here(write_here) == "5011");
  Fill(1000);
  BOOST_TEST(Run(false, 5000).next_here == 5012);  // not moved: more than half of them are left
  Fill(3000);
  BOOST_TEST(Run(false, 5000).next_here == 4010 + 5000 + 1);
  BOOST_TEST(Here(write_here) == "9011");
}

BOOST_FIXTURE_TEST_CASE(a_thought_whose_id_is_in_use_here_comes_under_another, WithAnn) {
  Here(
      "WITH u AS (INSERT INTO users (username, password_hash) VALUES ('demo', 'x') RETURNING id) "
      "INSERT INTO thoughts (user_id, username, text) SELECT id, 'demo', 'ours' FROM u RETURNING "
      "1");
  Fill(3);
  for (int again = 0; again < 2; ++again) {
    const auto& report = Run();
    BOOST_TEST(report.thoughts.renumbered == (again ? 0 : 1));
    BOOST_TEST(Here("SELECT text FROM thoughts WHERE id = 1") == "ours");
    BOOST_TEST(Here("SELECT count(*) FROM thoughts WHERE username = 'ann'") == "3");
  }
  BOOST_TEST(Here("SELECT text FROM thoughts WHERE id = (SELECT thought_id FROM imported_thoughts "
                  "WHERE old_id = 1)") == "thought 1");
  // Its own lie in the way of the old site's next.
  theirs.One("SELECT setval('thoughts_thoughtmodel_id_seq', 1000000)");
  Fill(1);
  Run();
  BOOST_TEST(Run().in_its_way == 1);
}

// A statement here that has an id already and is not committed, when the ids are reserved.
BOOST_FIXTURE_TEST_CASE(an_id_that_somebody_holds_at_this_moment_is_waited_for, WithAnn) {
  Run();
  Connection writer(ours.url());
  writer.Run("SELECT setval('thoughts_id_seq', 1, false)");  // as before the first import
  writer.Run(
      "BEGIN; INSERT INTO thoughts (user_id, username, text) SELECT id, username, 'mine' "
      "FROM users");  // id 1
  Fill(2);
  std::thread committing([&] {
    const char* waits =
        "SELECT count(*) FROM pg_locks WHERE mode = 'ShareLock' AND NOT granted AND relation = "
        "'thoughts'::regclass";
    while (Here(waits) == "0") std::this_thread::sleep_for(std::chrono::milliseconds(2));
    writer.Run("COMMIT");
  });
  BOOST_TEST(Run().thoughts.renumbered == 1);
  committing.join();
  BOOST_TEST(Here("SELECT text FROM thoughts WHERE id = 1") == "mine");
  BOOST_TEST(Here("SELECT count(*) FROM thoughts") == "3");
}

BOOST_FIXTURE_TEST_CASE(after_a_kill_at_any_moment_the_next_run_completes_it, WithAnn) {
  Fill(30000);  // the search index is left out meanwhile
  int killed = 0;
  for (int ms = 40;; ms += 400) {
    const pid_t child = fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
      sql::imports::Report report("");
      try {
        Import(
            {.from = sql::imports::Conninfo(theirs.url()), .conninfo = ours.url("import_service")},
            report, [](const char*, int64_t, int64_t) {});
      } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        _exit(1);
      }
      _exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(ms));  // the moment, not a wait
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFEXITED(status)) {
      BOOST_TEST(WEXITSTATUS(status) == 0);
      break;
    }
    ++killed;
  }
  BOOST_TEST(killed > 0);
  Run();
  BOOST_TEST(Here(kOurThoughts) == theirs.One(kTheirThoughts));
  BOOST_TEST(Here("SELECT count(*) FROM pg_index WHERE indexrelid IN "
                  "('thoughts_grams_0'::regclass, 'thoughts_grams_1'::regclass) AND indisvalid") ==
             "2");
}

BOOST_FIXTURE_TEST_CASE(nothing_is_lost_while_the_old_site_writes_all_the_time, WithAnn) {
  std::atomic<bool> enough = false;
  std::vector<std::thread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&, i] {
      Connection connection(theirs.url());
      for (int n = 0; !enough; ++n) {
        connection.Run("BEGIN");
        connection.Query(
            "INSERT INTO thoughts_thoughtmodel (username, text, timestamp) VALUES "
            "('ann', $1, now())",
            {std::to_string(i) + " " + std::to_string(n)});
        if (n % 7 == i) std::this_thread::sleep_for(std::chrono::milliseconds(20));  // held open
        connection.Run(n % 11 == 0 ? "ROLLBACK" : "COMMIT");
      }
    });
  }
  int64_t imported = 0;
  for (int run = 0; run < 8; ++run) imported += Run().thoughts.imported;
  enough = true;
  for (auto& writer : writers) writer.join();
  imported += Run().thoughts.imported;
  BOOST_TEST(imported > 100);
  BOOST_TEST(theirs.One("SELECT count(*) FROM thoughts_thoughtmodel") == std::to_string(imported));
  BOOST_TEST(Here(kOurThoughts) == theirs.One(kTheirThoughts));
}

BOOST_FIXTURE_TEST_CASE(two_imports_at_once_do_not_mix, WithAnn) {
  Fill(5000);
  std::thread other([&] {
    sql::imports::Report report("");
    Import({.from = sql::imports::Conninfo(theirs.url()), .conninfo = ours.url("import_service")},
           report, [](const char*, int64_t, int64_t) {});
  });
  Run();
  other.join();
  BOOST_TEST(Here(kOurThoughts) == theirs.One(kTheirThoughts));
}

}  // namespace
