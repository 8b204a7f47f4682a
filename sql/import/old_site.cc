#include "sql/import/old_site.h"

#include <postgresql/libpq-fe.h>

#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>

namespace sql::imports {
namespace {

constexpr const char* kSettings =
    "SET default_transaction_read_only = on; SET client_encoding = 'UTF8'; SET timezone = 'UTC'; "
    "SET datestyle = 'ISO'; SET statement_timeout = '15min'; SET work_mem = '64MB'";
constexpr const char* kBegin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

// md5 is in every PostgreSQL, and the same in all.
#define DIGEST(text) "('x' || substr(md5(" text "), 1, 16))::bit(64)::bigint"
#define THOUGHT_DIGEST DIGEST("id || ' ' || timestamp || ' ' || text")

constexpr const char* kUsers =
    "SELECT id, username, password_hash, " DIGEST("password_hash") " FROM thoughts_usermodel "
    "WHERE id > $1::bigint ORDER BY id LIMIT $2::bigint";

constexpr const char* kRanges = "SELECT id::bigint >> 10, count(*), sum(" THOUGHT_DIGEST
                                ") FROM thoughts_thoughtmodel "
                                "GROUP BY 1 ORDER BY 1";
static_assert(kRangeIds == 1 << 10);

constexpr const char* kThoughts = "SELECT id, username, text, timestamp, " THOUGHT_DIGEST
                                  " FROM thoughts_thoughtmodel "
                                  "WHERE id BETWEEN $1::bigint AND $2::bigint ORDER BY id";

std::string Quoted(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

struct Free {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

std::map<std::string, std::string> Parse(const std::string& conninfo) {
  const std::unique_ptr<PQconninfoOption, Free> options(PQconninfoParse(conninfo.c_str(), nullptr));
  if (!options) {
    throw std::invalid_argument(
        "this is neither a file nor a connection string of libpq, such as "
        "\"host=db.example dbname=monolith user=reader\" or "
        "postgresql://reader@db.example/monolith");
  }
  std::map<std::string, std::string> values;
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) values[option->keyword] = option->val;
  }
  return values;
}

}  // namespace

std::string Conninfo(const std::string& from) {
  std::error_code none;
  const bool is_file = std::filesystem::is_regular_file(from, none);
  auto values = Parse(is_file ? ReadSecretFile(from) : from);
  if (!is_file && (values.contains("password") || values.contains("sslpassword"))) {
    throw std::invalid_argument(
        "a password on the command line can be seen by others: write the connection string to a "
        "file and name that, or use ~/.pgpass or PGPASSWORD");
  }
  const std::pair<const char*, const char*> limits[] = {
      {"connect_timeout", "10"},     {"keepalives_idle", "30"},
      {"keepalives_interval", "10"}, {"keepalives_count", "3"},
      {"tcp_user_timeout", "60000"}, {"application_name", "thoughts import"}};
  for (const auto& [name, value] : limits) values.emplace(name, value);
  std::string conninfo;
  for (const auto& [name, value] : values) conninfo += name + "=" + Quoted(value) + " ";
  return conninfo;
}

OldSite::OldSite(const std::string& conninfo) : connection_(conninfo) {
  connection_.Run(kSettings);
  connection_.Run(kBegin);
  snapshot_ = connection_.One("SELECT pg_export_snapshot()");
}

OldSite::OldSite(const std::string& conninfo, const OldSite& first) : connection_(conninfo) {
  connection_.Run(kSettings);
  connection_.Run(kBegin);
  connection_.Run("SET TRANSACTION SNAPSHOT " + Quoted(first.snapshot_));
}

int64_t OldSite::CountUsers() {
  return std::stoll(connection_.One("SELECT count(*) FROM thoughts_usermodel"));
}

std::vector<OldUser> OldSite::Users(int64_t after_id, int limit) {
  std::vector<OldUser> users;
  for (auto& row : connection_.Query(kUsers, {std::to_string(after_id), std::to_string(limit)})) {
    users.push_back({std::stoll(row[0].value()), row[1].value_or(""), row[2].value_or(""),
                     std::stoll(row[3].value_or("0"))});
  }
  return users;
}

int64_t OldSite::NewestId() {
  return std::stoll(connection_.One("SELECT coalesce(max(id), 0) FROM thoughts_thoughtmodel"));
}

std::vector<Range> OldSite::Ranges() {
  std::vector<Range> ranges;
  for (auto& row : connection_.Query(kRanges)) {
    ranges.push_back(
        {std::stoll(row[0].value()), std::stoll(row[1].value()), row[2].value_or("0")});
  }
  return ranges;
}

std::vector<OldThought> OldSite::Thoughts(int64_t first_id, int64_t last_id) {
  std::vector<OldThought> thoughts;
  for (auto& row :
       connection_.Query(kThoughts, {std::to_string(first_id), std::to_string(last_id)})) {
    thoughts.push_back({std::stoll(row[0].value()), row[1].value_or(""), row[2].value_or(""),
                        row[3].value_or(""), std::stoll(row[4].value_or("0"))});
  }
  return thoughts;
}

}  // namespace sql::imports
