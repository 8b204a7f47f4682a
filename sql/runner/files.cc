#include "sql/runner/files.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace sql {

namespace {

bool IsName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

Migration ParseMigration(const std::string& file_name, std::string_view content) {
  std::string_view name = file_name;
  const bool is_sql = name.ends_with(".sql");
  if (is_sql) name.remove_suffix(4);
  const std::string digits(name.substr(0, 4));
  if (!is_sql || name.size() < 6 || name[4] != '_' || !IsName(name.substr(5)) ||
      digits.find_first_not_of("0123456789") != std::string::npos) {
    throw std::runtime_error(
        fmt::format("{}: the name must be like 0007_create_things.sql", file_name));
  }
  Migration migration{std::stoi(digits), std::string(name.substr(5)), std::string(content), "", ""};

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
