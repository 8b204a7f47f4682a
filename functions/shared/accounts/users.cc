#include "functions/shared/accounts/users.h"

#include <charconv>

#include "functions/shared/accounts/rules.h"
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

constexpr host::Statement kNfc{"accounts.nfc", "SELECT normalize($1, NFC) AS username"};

constexpr host::Statement kCreate{
    "accounts.create_user",
    "INSERT INTO users (username, password_hash) VALUES ($1, $2) "
    "ON CONFLICT (username_key) DO NOTHING RETURNING " ACCOUNTS_USER_COLUMNS};

constexpr host::Statement kLock{"accounts.lock_user",
                                "SELECT id FROM users WHERE id = $1 FOR UPDATE"};

constexpr host::Statement kDelete{
    "accounts.delete_user", "DELETE FROM users WHERE id = $1 RETURNING " ACCOUNTS_USER_COLUMNS};

// No user id looks like a digest.
#define SIGN_UP_OWNER(name) "encode(sha256(convert_to(name_key(" name "), 'UTF8')), 'hex')"

constexpr host::Statement kSignUpOwner{"accounts.sign_up_owner",
                                       "SELECT " SIGN_UP_OWNER("$1") " AS owner"};

// Stored answers hold the user's thoughts, and the sign-up's its name. The one of me_delete is
// being made right now.
constexpr host::Statement kForgetAnswers{
    "accounts.forget_answers",
    "DELETE FROM request_keys WHERE (owner = $1 AND function <> 'me_delete') "
    "OR (owner = " SIGN_UP_OWNER("$2") " AND function = 'users_create')"};

#undef SIGN_UP_OWNER

std::optional<int64_t> ToId(std::string_view text) {
  int64_t id = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, id);
  return error == std::errc() && stop == end ? std::optional(id) : std::nullopt;
}

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

std::string UserUrl(const host::db::Row& row) {
  return "/api/users/" + host::EncodeComponent(row.Text("username")) + "/";
}

std::string AdminUserUrl(const host::db::Row& row) {
  return "/admin/users/" + std::string(row.Text("id")) + "/";
}

std::optional<host::db::Row> FindUser(host::db::Database& db, int64_t id) {
  return db.Maybe(kById, id);
}

std::optional<host::db::Row> FindUser(host::db::Database& db, std::string_view username) {
  return db.Maybe(kByName, username);
}

std::optional<host::db::Row> FindUserByEither(host::db::Database& db, std::string_view id_or_name) {
  if (const auto id = ToId(id_or_name)) {
    if (auto row = FindUser(db, *id)) return row;
  }
  return FindUser(db, id_or_name);
}

std::optional<host::db::Row> FindUserToDelete(host::db::Database& db, std::string_view id_or_name) {
  if (id_or_name.find_first_not_of("0123456789") != std::string_view::npos) {
    return FindUser(db, id_or_name);
  }
  const auto id = ToId(id_or_name);
  return id ? FindUser(db, *id) : std::nullopt;
}

std::string Nfc(host::db::Database& db, std::string_view username) {
  if (IsSurelyNfc(username)) return std::string(username);
  return std::string(db.One(kNfc, username).Text("username"));
}

std::string SignUpOwner(host::db::Database& db, std::string_view username) {
  return std::string(db.One(kSignUpOwner, username).Text("owner"));
}

host::Response CreateUser(host::db::Database& db, std::string_view username,
                          std::string_view password_hash,
                          std::string (*url)(const host::db::Row&)) {
  const auto row = db.Maybe(kCreate, username, password_hash);
  if (!row) return NameTaken();
  return Private(host::Response::Created(url(*row), UserJson(*row)));
}

host::Response NameTaken() {
  return host::Response::From({409, "This name is taken.", {{"username", "is taken"}}, {}});
}

host::Response NoSuchUser() {
  return host::Response::From({404, "There is no such user.", {}, {}});
}

host::Response Changed() {
  return host::Response::From({412, "The user is not the one that If-Match names.", {}, {}});
}

bool DeleteUser(host::db::Database& db, int64_t id) {
  if (!db.Maybe(kLock, id)) return false;
  session::RevokeUser(db, id);  // asks for the user's personal tokens, which go with the row
  const auto user = db.One(kDelete, id);
  db.All(kForgetAnswers, std::to_string(id), user.Text("username"));
  return true;
}

host::Response Private(host::Response response) {
  response.Header("Cache-Control", "private, no-store");
  return response;
}

}  // namespace accounts
