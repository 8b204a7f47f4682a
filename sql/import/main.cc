// import: users and thoughts of the old site. Report on stdout, talk on stderr; exit 0 done, 1
// failed, 2 wrong usage.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "sql/import/import.h"
#include "sql/import/old_site.h"
#include "sql/import/report.h"

namespace {

constexpr const char* kDescription = R"(Examples:
  import --from old.dsn --dry-run --database-url-file import.dsn
  import --from old.dsn --refused refused.jsonl --database-url-file import.dsn
  import --from "host=db.example dbname=monolith user=reader" --json --database-url-file import.dsn

Run it again while the old site still writes: only what is new comes. What it refuses, it says, and exits 0 all the
same; --strict makes that 1.)";

// One line a second at most, and the last of each kind.
class Talk {
 public:
  void operator()(const char* what, int64_t done, int64_t total) {
    const double now = Seconds();
    if (done < total && total > 1 && now < next_) return;
    next_ = now + 1;
    if (total == 1) {
      fmt::print(stderr, "{:5.1f} s  {}\n", now, what);
    } else {
      fmt::print(stderr, "{:5.1f} s  {} of {} {}\n", now, done, total, what);
    }
  }

 private:
  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  double next_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kDescription, "import");
  sql::imports::Settings settings;
  std::string from, url_file, refused_file;
  bool json = false, strict = false;
  app.add_option(
         "--from", from,
         "the old site's database: a file with its connection string, or that string without "
         "a password")
      ->required();
  app.add_option("--database-url-file", url_file,
                 "file with the connection string of import_service")
      ->required();
  app.add_flag("--dry-run", settings.dry_run, "write nothing, say what would happen");
  app.add_option("--refused", refused_file, "file for the rows that are refused or differ");
  app.add_option("--reserve", settings.reserve,
                 "ids of thoughts that are left to the old site, from its newest on")
      ->capture_default_str()
      ->check(CLI::Range(int64_t{1000}, int64_t{1} << 40));
  app.add_option("--sessions", settings.sessions, "database sessions at the same time")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  app.add_flag("--json", json, "the report as JSON");
  app.add_flag("--strict", strict, "exit 1 when something is refused");
  try {
    app.parse(argc, argv);
    settings.from = sql::imports::Conninfo(from);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "import: --from: {}\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    fmt::print(stderr, "import: {}\n", error.what());
    return 1;
  }
  try {
    settings.conninfo = sql::ReadSecretFile(url_file);
    sql::imports::Report report(refused_file);
    Talk talk;
    sql::imports::Import(settings, report, [&](const char* what, int64_t done, int64_t total) {
      talk(what, done, total);
    });
    report.Finish();
    fmt::print("{}", json ? report.Json() : report.Text());
    std::fflush(stdout);
    fmt::print(stderr, "{:5.1f} s  done\n", report.seconds);
    return strict && report.users.refused + report.thoughts.refused > 0 ? 1 : 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "import: {}\nWhat was imported until now stays; run it again.\n",
               error.what());
    return 1;
  }
}
