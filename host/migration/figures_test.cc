#include "host/migration/figures.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "host/routing/route_journal.h"

namespace {

using host::LogRequest;
using host::ReadFigures;
using host::WallTime;

// As NGINX writes it.
std::string Line(const std::string& ts, const std::string& function, bool monolith, int status,
                 const std::string& duration, const std::string& uri = "/notes") {
  return fmt::format(R"({{"ts":"{}","request_id":"abc","method":"GET","uri":"{}","status":{},)"
                     R"("duration_s":{},"bytes":12,"function":"{}","monolith":{},)"
                     R"("upstream_status":"200","remote_addr":"127.0.0.1","port":8080}})",
                     ts, uri, status, duration, function, monolith) +
         "\n";
}

WallTime Utc(const std::string& text) { return host::ParseUtc(text).value(); }

struct Log {
  Log() {
    std::string name = "/tmp/figures-XXXXXX";
    folder = mkdtemp(name.data());
  }
  ~Log() { std::filesystem::remove_all(folder); }
  void Add(const std::string& text, const std::string& file = "/access.log") const {
    std::ofstream(folder + file, std::ios::app) << text;
  }
  std::string path() const { return folder + "/access.log"; }
  std::string folder;
};

}  // namespace

BOOST_AUTO_TEST_CASE(a_line_of_the_access_log_is_read) {
  const std::string line =
      Line("2026-11-28T10:00:05+01:00", "login", true, 502, "0.125", R"(/a\",\"status\":1,\"x)");
  LogRequest request;
  BOOST_REQUIRE(host::ReadLogLine(line, request));
  BOOST_TEST(request.function == "login");
  BOOST_TEST(request.monolith);
  BOOST_TEST(request.status == 502);
  BOOST_TEST(request.duration_s == 0.125);
  BOOST_TEST((request.ended == Utc("2026-11-28T09:00:05Z")));
}

BOOST_AUTO_TEST_CASE(a_line_of_another_kind_is_none) {
  LogRequest request;
  for (const char* line : {"", "{}", "{\"ts\":\"", "127.0.0.1 - - [28/Nov/2026] \"GET /\" 200",
                           "{\"ts\":\"2026-11-28T09:00:05Z\",\"status\":200}",
                           "{\"ts\":\"2026-11-28T09:00:05+00:00\",\"status\":x}",
                           "{\"ts\":\"2026-11-28T09:00:05+00:00\",\"status\":200,"
                           "\"duration_s\":0.1,\"function\":\"a"}) {
    BOOST_TEST(!host::ReadLogLine(line, request), line);
  }
}

BOOST_FIXTURE_TEST_CASE(each_side_is_counted_on_its_own, Log) {
  for (int i = 1; i <= 100; ++i) {
    Add(Line("2026-11-28T09:00:05+00:00", "list", false, i <= 3 ? 503 : 200,
             fmt::format("{:.3f}", i / 1000.0)));
  }
  Add(Line("2026-11-28T09:00:06+00:00", "list", true, 404, "0.500"));
  Add(Line("2026-11-28T09:00:06+00:00", "", true, 200, "9.000"));
  const auto all = ReadFigures(path(), Utc("2026-11-28T09:00:00Z"));
  BOOST_REQUIRE(all.routes.size() == 1u);
  const auto& [function, monolith] = all.routes.at("list");
  BOOST_TEST(function.requests == 100);
  BOOST_TEST(function.errors == 3);
  BOOST_TEST(function.error_rate() == 0.03);
  BOOST_TEST(function.p95_s == 0.095, boost::test_tools::tolerance(1e-6));
  BOOST_TEST(monolith.requests == 1);
  BOOST_TEST(monolith.errors == 0);
  BOOST_TEST(monolith.p95_s == 0.5);
}

BOOST_FIXTURE_TEST_CASE(what_is_older_than_the_window_or_the_last_move_is_left_out, Log) {
  Add(Line("2026-11-28T08:59:59+00:00", "list", false, 500, "0.1"));
  Add(Line("2026-11-28T09:00:00+00:00", "list", false, 500, "0.1"));
  Add(Line("2026-11-28T09:00:01+00:00", "list", false, 200, "0.1"));
  Add(Line("2026-11-28T09:00:02+00:00", "list", true, 200, "2.001"));  // began before the move
  Add(Line("2026-11-28T09:00:02+00:00", "login", false, 200, "2.001"));
  const auto all =
      ReadFigures(path(), Utc("2026-11-28T09:00:00Z"), {{"list", Utc("2026-11-28T09:00:00Z")}});
  BOOST_TEST(all.whole);
  BOOST_TEST(all.routes.at("list").function.requests == 1);
  BOOST_TEST(all.routes.at("list").function.errors == 0);
  BOOST_TEST(all.routes.at("list").monolith.requests == 0);
  BOOST_TEST(all.routes.at("login").function.requests == 1);
}

BOOST_FIXTURE_TEST_CASE(a_log_that_was_rotated_just_now_is_read_on_in_the_one_before, Log) {
  Add(Line("2026-11-28T08:00:00+00:00", "list", false, 200, "0.1"), "/access.log.1");
  Add(Line("2026-11-28T09:00:00+00:00", "list", false, 200, "0.1"), "/access.log.1");
  Add(Line("2026-11-28T09:00:01+00:00", "list", false, 200, "0.1"));
  const auto all = ReadFigures(path(), Utc("2026-11-28T08:30:00Z"));
  BOOST_TEST(all.whole);
  BOOST_TEST(all.routes.at("list").function.requests == 2);
}

BOOST_FIXTURE_TEST_CASE(no_more_is_read_than_was_said, Log) {
  const std::string line = Line("2026-11-28T09:00:00+00:00", "list", false, 200, "0.1");
  for (int i = 0; i < 1000; ++i) Add(line);
  const auto all = ReadFigures(path(), Utc("2026-11-28T08:00:00Z"), {}, line.size() * 100);
  BOOST_TEST(!all.whole);
  BOOST_TEST(all.routes.at("list").function.requests == 100);
}

BOOST_FIXTURE_TEST_CASE(no_log_is_no_request, Log) {
  const auto all = ReadFigures(path(), Utc("2026-11-28T08:00:00Z"));
  BOOST_TEST(!all.whole);
  BOOST_TEST(all.routes.empty());
}
