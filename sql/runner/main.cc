// migrate: brings the database's schema up or down. Data on stdout, talk on stderr; exit 0 done, 1
// failed, 2 wrong usage.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <thread>

#include "sql/runner/runner.h"

namespace {

constexpr const char* kDescription = R"(Examples:
  migrate up --database-url-file .dev/secrets/owner.dsn
  migrate status --database-url-file .dev/secrets/owner.dsn
  migrate down --to 7 --database-url-file .dev/secrets/owner.dsn
  migrate up --wait-s 60 --database-url-file /run/secrets/owner.dsn     while the database starts

Runs the files of a folder (NNNN_verb_noun.sql), each in a transaction of its own, one runner at a time.)";

struct Options {
  std::string url_file;
  std::string folder = "sql/migrations";
  int lock_timeout_s = 30;
  int wait_s = 0;
  int to = -1;
  bool json = false;
};

const char* Word(const sql::MigrationState& state) {
  if (state.edited) return "edited";
  if (state.missing) return "no file";
  return state.at.empty() ? "pending" : "applied";
}

int Status(sql::Runner& runner, bool json) {
  const char* separator = "";
  if (json) fmt::print("[");
  for (const auto& state : runner.States()) {
    if (json) {
      fmt::print(R"({}{{"version":{},"name":"{}","state":"{}","at":"{}"}})", separator,
                 state.version, state.name, Word(state), state.at);
    } else {
      fmt::print("{:04} {:<32} {:<8} {}\n", state.version, state.name, Word(state), state.at);
    }
    separator = ",";
  }
  if (json) fmt::print("]\n");
  return 0;
}

int Verify(sql::Runner& runner) {
  int faults = 0;
  for (const auto& state : runner.States()) {
    if (Word(state) == std::string_view("applied")) continue;
    fmt::print(stderr, "{:04}_{}: {}\n", state.version, state.name, Word(state));
    ++faults;
  }
  fmt::print("version {}, {}\n", runner.Version(),
             faults ? "differs from the files" : "as the files");
  return faults ? 1 : 0;
}

// A database that starts at the same time, as beside containers, is asked again until it answers.
sql::Connection Connect(const Options& options) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(options.wait_s);
  while (true) {
    try {
      return sql::Connection(sql::ReadSecretFile(options.url_file));
    } catch (const sql::Error&) {
      if (std::chrono::steady_clock::now() >= deadline) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

int Run(const CLI::App& app, const Options& options) {
  sql::Connection connection = Connect(options);
  sql::Runner runner(connection, sql::ReadMigrations(options.folder), options.lock_timeout_s,
                     [](const char* direction, const sql::Migration& migration) {
                       fmt::print(stderr, "{:<4} {:04}_{}\n", direction, migration.version,
                                  migration.name);
                     });
  if (app.got_subcommand("status")) return Status(runner, options.json);
  if (app.got_subcommand("verify")) return Verify(runner);
  if (app.got_subcommand("up")) {
    const int count = runner.Up(options.to < 0 ? std::numeric_limits<int>::max() : options.to);
    fmt::print(stderr, "{} applied, version {}\n", count, runner.Version());
  } else {
    const int count = runner.Down(options.to < 0 ? runner.Version() - 1 : options.to);
    fmt::print(stderr, "{} undone, version {}\n", count, runner.Version());
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app(kDescription, "migrate");
  app.require_subcommand(1);
  const auto common = [&](CLI::App* command) {
    command
        ->add_option("--database-url-file", options.url_file,
                     "file with the owner's connection string")
        ->required();
    command->add_option("--migrations", options.folder, "folder of the files")
        ->capture_default_str();
    command->add_option("--lock-timeout-s", options.lock_timeout_s, "how long to wait for a lock")
        ->capture_default_str()
        ->check(CLI::Range(1, 3600));
    command
        ->add_option("--wait-s", options.wait_s,
                     "how long to wait for a database that does not answer yet")
        ->capture_default_str()
        ->check(CLI::Range(0, 3600));
    return command;
  };
  common(app.add_subcommand("up", "apply what is pending"))
      ->add_option("--to", options.to, "the last version to apply (all)")
      ->check(CLI::Range(0, 9999));
  common(app.add_subcommand("down", "undo, the newest first"))
      ->add_option("--to", options.to, "the version to go back to (the one before)")
      ->check(CLI::Range(0, 9999));
  common(app.add_subcommand("status", "list the migrations"))
      ->add_flag("--json", options.json, "for programs");
  common(app.add_subcommand("verify", "exit 1 when the database is not as the files say"));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return Run(app, options);
  } catch (const std::exception& error) {
    fmt::print(stderr, "migrate: {}\n", error.what());
    return 1;
  }
}
