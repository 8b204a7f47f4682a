// seed: data for trying and measuring. Talk on stderr; exit 0 done, 1 failed, 2 wrong usage.

#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <exception>

#include "sql/client/client.h"
#include "sql/seed/demo.h"
#include "sql/seed/fill.h"

namespace {

constexpr const char* kDescription = R"(Examples:
  seed demo --password-hash-file demo.hash --database-url-file owner.dsn
  seed fill --users 5000 --thoughts 1000000 --password-hash-file seed.hash --database-url-file owner.dsn

Both make what is missing, so they can be run again.)";

double Seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

int Fill(const sql::FillSettings& settings) {
  const auto start = std::chrono::steady_clock::now();
  const auto filled = sql::Fill(settings, [&](const char* what, int64_t done, int64_t total) {
    if (total == 1) {
      fmt::print(stderr, "{:5.1f} s  {}\n", Seconds(start), what);
    } else {
      fmt::print(stderr, "{:5.1f} s  {} of {} {}\n", Seconds(start), done, total, what);
    }
  });
  fmt::print(stderr, "{:5.1f} s  done: {} new users, {} new thoughts\n", Seconds(start),
             filled.users, filled.thoughts);
  return 0;
}

int Demo(const std::string& conninfo, const std::string& password_hash) {
  sql::Connection connection(conninfo);
  fmt::print(stderr, "demo: {} new thoughts\n", sql::SeedDemo(connection, password_hash));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kDescription, "seed");
  app.require_subcommand(1);
  std::string url_file, hash_file;
  sql::FillSettings settings;
  const auto common = [&](CLI::App* command) {
    command->add_option("--database-url-file", url_file, "file with the owner's connection string")
        ->required();
    command
        ->add_option("--password-hash-file", hash_file, "file with the password hash of new users")
        ->required();
    return command;
  };
  auto* fill = common(
      app.add_subcommand("fill", "users user00001... and their thoughts, up to these numbers"));
  fill->add_option("--users", settings.users, "how many there shall be")
      ->required()
      ->check(CLI::Range(0, 10000000));
  fill->add_option("--thoughts", settings.thoughts, "how many there shall be")
      ->required()
      ->check(CLI::Range(0, 100000000));
  fill->add_option("--seed-value", settings.seed, "another value, other texts")
      ->capture_default_str();
  fill->add_option("--sessions", settings.sessions, "database sessions at the same time")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  common(app.add_subcommand("demo", "the user demo and a few thoughts"));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    settings.conninfo = sql::ReadSecretFile(url_file);
    settings.password_hash = sql::ReadSecretFile(hash_file);
    return app.got_subcommand("fill") ? Fill(settings)
                                      : Demo(settings.conninfo, settings.password_hash);
  } catch (const std::exception& error) {
    fmt::print(stderr, "seed: {}\n", error.what());
    return 1;
  }
}
