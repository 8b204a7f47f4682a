// Migration files: NNNN_verb_noun.sql with a line `-- up` and a line `-- down`, each before its
// statements.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sql {

struct Migration {
  int version = 0;
  std::string name;     // "create_users"
  std::string content;  // the whole file, for its hash
  std::string up;
  std::string down;
};

// One file's content. Throws std::runtime_error that names the file and what is wrong.
Migration ParseMigration(const std::string& file_name, std::string_view content);

// All of a folder, by version. Throws std::runtime_error as above, and for two files of the same
// version.
std::vector<Migration> ReadMigrations(const std::string& folder);

}  // namespace sql
