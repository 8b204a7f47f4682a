#include "functions/shared/accounts/users.h"

#include <charconv>

#include "functions/shared/session/session.h"
#include "host/base/json_text.h"
#include "host/function/fields.h"

namespace accounts {
namespace {

constexpr host::Statement kById{"accounts.user_by_id",
                                "SELECT " ACCOUNTS_USER_COLUMNS " FROM users WHERE id = $1"};

constexpr host::Statement kByName{"accounts.user_by_name",
                                  "SELECT " ACCOUNTS_USER_COLUMNS
                                  " FROM users WHERE username_key = name_key($1)"};

constexpr host::Statement kCreate{
    "accounts.create_user",
    "INSERT INTO users (username, password_hash) VALUES (normalize($1, NFC), $2) "
    "ON CONFLICT (username_key) DO NOTHING RETURNING " ACCOUNTS_USER_COLUMNS};

constexpr host::Statement kDelete{"accounts.delete_user", "DELETE FROM users WHERE id = $1"};

}  // namespace

std::string UserJson(const host::db::Row& row) {
  std::string json = "{\"id\":";
  json += row.Text("id");
  json += ",\"username\":";
  host::AppendJsonString(json, row.Text("username"));
  json += ",\"creation\":";
  host::AppendJsonString(json, row.Text("creation"));
  json += '}';
  return json;
}

std::string UserUrl(std::string_view username) {
  return "/api/users/" + host::EncodeComponent(username) + "/";
}

std::optional<host::db::Row> FindUser(host::db::Database& db, int64_t id) {
  return db.Maybe(kById, id);
}

std::optional<host::db::Row> FindUser(host::db::Database& db, std::string_view username) {
  return db.Maybe(kByName, username);
}

std::optional<host::db::Row> FindUserByEither(host::db::Database& db, std::string_view id_or_name) {
  int64_t id = 0;
  const char* end = id_or_name.data() + id_or_name.size();
  const auto [stop, error] = std::from_chars(id_or_name.data(), end, id);
  if (error == std::errc() && stop == end) {
    if (auto row = FindUser(db, id)) return row;
  }
  return FindUser(db, id_or_name);
}

host::Response CreateUser(host::db::Database& db, std::string_view username,
                          std::string_view password_hash) {
  const auto row = db.Maybe(kCreate, username, password_hash);
  if (!row) {
    return host::Response::From({409, "This name is taken.", {{"username", "is taken"}}, {}});
  }
  return Private(host::Response::Created(UserUrl(row->Text("username")), UserJson(*row)));
}

bool DeleteUser(host::db::Database& db, int64_t id) {
  const bool found = db.All(kDelete, id).affected() > 0;
  if (found) session::RevokeUser(db, id);
  return found;
}

host::Response Private(host::Response response) {
  response.Header("Cache-Control", "private, no-store");
  return response;
}

}  // namespace accounts
