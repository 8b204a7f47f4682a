#include "host/routing/route_journal.h"

#include <sys/resource.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using host::RouteJournal;
using host::RouteMove;
using How = RouteMove::How;

struct File {
  File() {
    std::string name = "/tmp/route-journal-XXXXXX";
    folder = mkdtemp(name.data());
  }
  ~File() { std::filesystem::remove_all(folder); }
  RouteJournal Open() const { return RouteJournal::Open(path()).value(); }
  std::string path() const { return folder + "/journal"; }
  std::string folder;
};

RouteMove Move(const std::string& from, const std::string& to, How how = How::kPromote) {
  return {.at = "2026-11-28T09:00:00Z",
          .name = "login",
          .from = from,
          .to = to,
          .by = "alice",
          .how = how,
          .note = "why"};
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_time_reads_as_it_is_written) {
  const auto time = host::ParseUtc("2026-11-28T09:00:01Z");
  BOOST_REQUIRE(time.has_value());
  BOOST_TEST(host::UtcText(*time) == "2026-11-28T09:00:01Z");
  for (const char* text : {"", "2026-11-28", "2026-11-28T09:00:01", "2026-11-28T09:00:01Z "}) {
    BOOST_TEST(!host::ParseUtc(text).has_value(), text);
  }
}

BOOST_FIXTURE_TEST_CASE(what_was_written_is_known_after_a_restart, File) {
  {
    auto journal = Open();
    BOOST_REQUIRE(journal.Add(Move("monolith", "mirror")).has_value());
    BOOST_REQUIRE(journal.Add(host::RouteComparison{"t", "login", "bob", 12, 3, 1}).has_value());
  }
  const auto journal = Open();
  const auto move = journal.LastMove("login");
  BOOST_REQUIRE(move.has_value());
  BOOST_TEST(move->from + move->to + move->by + move->note == "monolithmirroralicewhy");
  BOOST_TEST((move->how == How::kPromote));
  const auto comparison = journal.LastComparison("login");
  BOOST_REQUIRE(comparison.has_value());
  BOOST_TEST(comparison->different == 3);
  BOOST_TEST(!journal.LastMove("list").has_value());
}

BOOST_FIXTURE_TEST_CASE(undo_after_undo_leads_further_back, File) {
  auto journal = Open();
  for (const auto& [from, to] :
       {std::pair("monolith", "mirror"), {"mirror", "split:10"}, {"split:10", "function"}}) {
    BOOST_REQUIRE(journal.Add(Move(from, to)).has_value());
  }
  BOOST_TEST(*journal.Before("login") == "split:10");
  BOOST_REQUIRE(journal.Add(Move("function", "split:10", How::kUndo)).has_value());
  BOOST_TEST(*journal.Before("login") == "mirror");
  BOOST_REQUIRE(journal.Add(Move("split:10", "mirror", How::kUndo)).has_value());
  BOOST_TEST(*Open().Before("login") == "monolith");
  BOOST_REQUIRE(journal.Add(Move("mirror", "monolith", How::kUndo)).has_value());
  BOOST_TEST(!journal.Before("login").has_value());
}

BOOST_FIXTURE_TEST_CASE(a_reset_forgets_the_way, File) {
  auto journal = Open();
  BOOST_REQUIRE(journal.Add(Move("monolith", "function")).has_value());
  BOOST_REQUIRE(journal.Add(Move("function", "monolith", How::kReset)).has_value());
  BOOST_TEST(!journal.Before("login").has_value());
  BOOST_TEST(!Open().Before("login").has_value());
}

BOOST_FIXTURE_TEST_CASE(a_line_that_was_cut_by_a_power_failure_harms_no_other, File) {
  BOOST_REQUIRE(Open().Add(Move("monolith", "mirror")).has_value());
  std::ofstream(path(), std::ios::app) << "{\"at\":\"2026-11-2";
  auto journal = Open();
  BOOST_TEST(journal.LastMove("login")->to == "mirror");
  BOOST_REQUIRE(journal.Add(Move("mirror", "function")).has_value());
  std::ofstream(path(), std::ios::app) << "[]\n{}\n{\"at\":1}\n";
  const auto moves = RouteJournal::Moves(path());
  BOOST_REQUIRE(moves->size() == 2u);
  BOOST_TEST(moves->back().to == "function");
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_is_told_and_the_move_is_known_all_the_same, File) {
  auto journal = Open();
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit was{};
  getrlimit(RLIMIT_FSIZE, &was);
  const rlimit none{0, was.rlim_max};
  setrlimit(RLIMIT_FSIZE, &none);
  const auto kept = journal.Add(Move("monolith", "mirror"));
  setrlimit(RLIMIT_FSIZE, &was);
  BOOST_REQUIRE(!kept.has_value());
  BOOST_TEST(kept.error() == path() + ": cannot be written: File too large");
  BOOST_TEST(*journal.Before("login") == "monolith");
}
