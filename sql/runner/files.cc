#include "sql/runner/files.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace sql {

Migration ParseMigration(const std::string& file_name, std::string_view content) {
  static const std::regex kName(R"(([0-9]{4})_([a-z0-9_]+)\.sql)");
  std::smatch match;
  if (!std::regex_match(file_name, match, kName)) {
    throw std::runtime_error(
        fmt::format("{}: the name must be like 0007_create_things.sql", file_name));
  }
  Migration migration{std::stoi(match[1]), match[2], std::string(content), "", ""};

  std::istringstream lines(migration.content);
  std::string* section = nullptr;
  for (std::string line; std::getline(lines, line);) {
    if (line == "-- up" || line == "-- down") {
      section = line == "-- up" ? &migration.up : &migration.down;
      if (!section->empty()) {
        throw std::runtime_error(fmt::format("{}: '{}' stands there twice", file_name, line));
      }
    }
    if (section) *section += line + "\n";
  }
  if (migration.up.empty()) throw std::runtime_error(file_name + ": a line '-- up' is missing");
  if (migration.down.empty()) throw std::runtime_error(file_name + ": a line '-- down' is missing");
  return migration;
}

std::vector<Migration> ReadMigrations(const std::string& folder) {
  namespace fs = std::filesystem;
  if (!fs::is_directory(folder)) throw std::runtime_error(folder + ": no such folder");
  std::vector<Migration> migrations;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".sql") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    if (!in) throw std::runtime_error(entry.path().string() + ": cannot be read");
    migrations.push_back(ParseMigration(entry.path().filename(), content.str()));
  }
  if (migrations.empty()) throw std::runtime_error(folder + ": no migrations there");
  std::ranges::sort(migrations, {}, &Migration::version);
  const auto same = std::ranges::adjacent_find(migrations, {}, &Migration::version);
  if (same != migrations.end()) {
    throw std::runtime_error(fmt::format("{}: {:04} is there twice, {} and {}", folder,
                                         same->version, same->name, std::next(same)->name));
  }
  return migrations;
}

}  // namespace sql
