#include "sql/import/new_site.h"

#include <fmt/format.h>

#include <iterator>
#include <stdexcept>

#include "sql/load/copy_text.h"

namespace sql::imports {
namespace {

constexpr const char* kLock = "SELECT pg_advisory_lock(hashtext('thoughts import'))";

constexpr const char* kKnownUsers =
    "SELECT i.old_id, i.user_id, u.username, i.digest, u.epoch_ms <> i.epoch_ms "
    "FROM imported_users i LEFT JOIN users u ON u.id = i.user_id WHERE i.old_id BETWEEN $1 AND $2";

constexpr const char* kNames =
    "SELECT normalize(name, NFC), name_key(name) FROM unnest($1::text[]) WITH ORDINALITY "
    "AS given (name, n) ORDER BY n";

constexpr const char* kHolders =
    "SELECT u.username_key, i.old_id FROM users u LEFT JOIN imported_users i ON i.user_id = u.id "
    "WHERE u.username_key = ANY ($1::text[])";

constexpr const char* kAddUsers = R"(
  WITH given AS MATERIALIZED (
    SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])
    AS g (old_id, username, password_hash, digest)),
  added AS (
    INSERT INTO users (username, password_hash) SELECT username, password_hash FROM given ORDER BY old_id
    ON CONFLICT (username_key) DO NOTHING RETURNING id, username, epoch_ms),
  noted AS (
    INSERT INTO imported_users (old_id, user_id, digest, epoch_ms)
    SELECT old_id, id, digest, epoch_ms FROM given JOIN added USING (username))
  SELECT old_id, id FROM given JOIN added USING (username))";

constexpr const char* kSetPassword = R"(
  WITH changed AS (
    UPDATE users u SET password_hash = $2 FROM imported_users i
    WHERE i.old_id = $1 AND u.id = i.user_id AND u.epoch_ms = i.epoch_ms RETURNING i.old_id)
  UPDATE imported_users SET digest = $3 WHERE old_id = (SELECT old_id FROM changed) RETURNING old_id)";

constexpr const char* kImportedRanges =
    "SELECT old_id >> 10, count(*), sum(digest) FROM imported_thoughts GROUP BY 1 ORDER BY 1";
static_assert(kRangeIds == 1 << 10);

constexpr const char* kImportedThoughts =
    "SELECT old_id, digest FROM imported_thoughts WHERE old_id BETWEEN $1 AND $2";

std::string Array(const std::vector<std::string>& values) {
  std::string out = "{";
  for (const auto& value : values) {
    out += out.size() > 1 ? ",\"" : "\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

std::string Array(const std::vector<int64_t>& values) {
  return fmt::format("{{{}}}", fmt::join(values, ","));
}

}  // namespace

NewSite::NewSite(const std::string& conninfo, bool read_only) : connection_(conninfo) {
  // When this process is killed, what it began must not stand in the next one's way.
  connection_.Run(
      "SET timezone = 'UTC'; SET statement_timeout = '15min'; "
      "SET client_connection_check_interval = '1s'");
  if (read_only) connection_.Run("SET default_transaction_read_only = on");
}

void NewSite::LockOutOthers() {
  connection_.Run("SET lock_timeout = '10s'");
  try {
    connection_.Run(kLock);
  } catch (const Error& error) {
    if (error.sqlstate() != "55P03") throw;
    throw std::runtime_error("another import is at work here: wait until it is done");
  }
}

std::unordered_map<int64_t, KnownUser> NewSite::KnownUsers(int64_t first, int64_t last) {
  std::unordered_map<int64_t, KnownUser> known;
  for (auto& row : connection_.Query(kKnownUsers, {std::to_string(first), std::to_string(last)})) {
    KnownUser user;
    if (row[1]) user.user_id = std::stoll(*row[1]);
    user.username = row[2].value_or("");
    user.digest = std::stoll(row[3].value());
    user.password_may_be_ours = row[4] == "t";
    known.emplace(std::stoll(row[0].value()), std::move(user));
  }
  return known;
}

std::vector<Name> NewSite::Names(const std::vector<std::string>& names) {
  std::vector<Name> found;
  for (auto& row : connection_.Query(kNames, {Array(names)}))
    found.push_back({std::move(row[0]).value(), std::move(row[1]).value()});
  return found;
}

std::unordered_map<std::string, Holder> NewSite::Holders(const std::vector<std::string>& keys) {
  std::unordered_map<std::string, Holder> holders;
  for (auto& row : connection_.Query(kHolders, {Array(keys)})) {
    Holder holder;
    if (row[1]) holder.old_id = std::stoll(*row[1]);
    holders.emplace(std::move(row[0]).value(), holder);
  }
  return holders;
}

std::unordered_map<int64_t, int64_t> NewSite::AddUsers(const std::vector<NewUser>& users) {
  std::vector<int64_t> old_ids, digests;
  std::vector<std::string> names, hashes;
  for (const auto& user : users) {
    old_ids.push_back(user.old_id);
    names.push_back(user.username);
    hashes.push_back(user.password_hash);
    digests.push_back(user.digest);
  }
  std::unordered_map<int64_t, int64_t> ids;
  for (const auto& row : connection_.Query(
           kAddUsers, {Array(old_ids), Array(names), Array(hashes), Array(digests)})) {
    ids.emplace(std::stoll(row[0].value()), std::stoll(row[1].value()));
  }
  return ids;
}

bool NewSite::SetPassword(int64_t old_id, const std::string& hash, int64_t digest) {
  return !connection_.Query(kSetPassword, {std::to_string(old_id), hash, std::to_string(digest)})
              .empty();
}

int64_t NewSite::NewestImported() {
  return std::stoll(connection_.One("SELECT coalesce(max(old_id), 0) FROM imported_thoughts"));
}

std::vector<Range> NewSite::ImportedRanges() {
  std::vector<Range> ranges;
  for (auto& row : connection_.Query(kImportedRanges)) {
    ranges.push_back(
        {std::stoll(row[0].value()), std::stoll(row[1].value()), row[2].value_or("0")});
  }
  return ranges;
}

std::unordered_map<int64_t, int64_t> NewSite::ImportedThoughts(int64_t first, int64_t last) {
  std::unordered_map<int64_t, int64_t> digests;
  for (const auto& row :
       connection_.Query(kImportedThoughts, {std::to_string(first), std::to_string(last)})) {
    digests.emplace(std::stoll(row[0].value()), std::stoll(row[1].value()));
  }
  return digests;
}

std::unordered_set<int64_t> NewSite::ThoughtIds(int64_t first, int64_t last) {
  std::unordered_set<int64_t> ids;
  for (const auto& row : connection_.Query("SELECT id FROM thoughts WHERE id BETWEEN $1 AND $2",
                                           {std::to_string(first), std::to_string(last)})) {
    ids.insert(std::stoll(row[0].value()));
  }
  return ids;
}

std::vector<int64_t> NewSite::FreshIds(size_t count) {
  std::vector<int64_t> ids;
  for (const auto& row :
       connection_.Query("SELECT nextval('thoughts_id_seq') FROM generate_series(1, $1::bigint)",
                         {std::to_string(count)})) {
    ids.push_back(std::stoll(row[0].value()));
  }
  return ids;
}

void NewSite::AddThoughts(const std::vector<NewThought>& thoughts) {
  std::string rows, ledger;
  for (const auto& thought : thoughts) {
    fmt::format_to(std::back_inserter(rows), "{}\t{}\t", thought.id, thought.user_id);
    AppendCopyText(rows, thought.username);
    rows += '\t';
    AppendCopyText(rows, thought.text);
    fmt::format_to(std::back_inserter(rows), "\t{}\n", thought.timestamp);
    fmt::format_to(std::back_inserter(ledger), "{}\t{}\t{}\n", thought.old_id, thought.id,
                   thought.digest);
  }
  connection_.Run("BEGIN");
  try {
    connection_.StartCopy("COPY thoughts (id, user_id, username, text, timestamp) FROM STDIN");
    connection_.CopyData(rows);
    connection_.EndCopy();
    connection_.StartCopy("COPY imported_thoughts (old_id, thought_id, digest) FROM STDIN");
    connection_.CopyData(ledger);
    connection_.EndCopy();
    connection_.Run("COMMIT");
  } catch (const Error& error) {
    if (error.sqlstate() == "23503") connection_.Run("ROLLBACK");
    throw;
  }
}

std::unordered_set<int64_t> NewSite::WhoIsThere(const std::vector<int64_t>& user_ids) {
  std::unordered_set<int64_t> there;
  for (const auto& row :
       connection_.Query("SELECT id FROM users WHERE id = ANY ($1::bigint[])", {Array(user_ids)})) {
    there.insert(std::stoll(row[0].value()));
  }
  return there;
}

int64_t NewSite::LastId() {
  return std::stoll(connection_.One("SELECT last_value FROM thoughts_id_seq"));
}

void NewSite::ReserveIds(int64_t last) {
  connection_.Query("SELECT reserve_thought_ids($1)", {std::to_string(last)});
}

int64_t NewSite::CountThoughts(int64_t first, int64_t last, int64_t at_most) {
  return std::stoll(connection_.One(
      "SELECT count(*) FROM (SELECT FROM thoughts WHERE id BETWEEN $1 AND $2 LIMIT $3) AS found",
      {std::to_string(first), std::to_string(last), std::to_string(at_most)}));
}

bool NewSite::HasSearchIndex() {
  return connection_.One(
             "SELECT to_regclass('thoughts_grams_0') IS NOT NULL AND "
             "to_regclass('thoughts_grams_1') IS NOT NULL") == "t";
}

}  // namespace sql::imports
