#include "sql/import/import_test_support.h"

#include <fstream>
#include <sstream>

#include "sql/import/old_site.h"

namespace sql::imports {

namespace {

monolith::Database& OldDatabase() {
  static monolith::Database database(testing::SharedDatabase().cluster());
  return database;
}

}  // namespace

Sites::Sites() : theirs(OldDatabase()) {
  Connection(ours.url()).Run("TRUNCATE users, imported_thoughts RESTART IDENTITY CASCADE");
  Connection(theirs.url())
      .Run(
          "TRUNCATE thoughts_usermodel, thoughts_sessionmodel, thoughts_thoughtmodel RESTART "
          "IDENTITY");
}

Report& Sites::Run(bool dry_run, int64_t reserve) {
  report_ = std::make_unique<Report>(file);
  Import({.from = Conninfo(theirs.url()),
          .conninfo = ours.url("import_service"),
          .dry_run = dry_run,
          .reserve = reserve},
         *report_, [](const char*, int64_t, int64_t) {});
  report_->Finish();
  return *report_;
}

void Sites::Write(long id, const std::string& name, const std::string& text,
                  const std::string& time) {
  Connection(theirs.url())
      .Query(
          "INSERT INTO thoughts_thoughtmodel (id, username, text, timestamp) VALUES ($1, $2, $3, "
          "$4)",
          {std::to_string(id), name, text, time});
}

std::string Sites::Refused() {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace sql::imports
