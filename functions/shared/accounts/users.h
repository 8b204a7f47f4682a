// Users as the database keeps them and as clients see them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/result.h"
#include "host/db/database.h"
#include "host/function/response.h"

namespace accounts {

// {"id":7,"username":"demo","creation":"2026-11-23T23:54:33.803687"}, from a row with these three
// columns (kUserColumns).
std::string UserJson(const host::db::Row& row);

// Where a user is found: /api/users/{username}/ for all, /admin/users/{id}/ for the operator.
std::string UserUrl(const host::db::Row& row);
std::string AdminUserUrl(const host::db::Row& row);

// For SELECT and RETURNING lists of a statement.
#define ACCOUNTS_USER_COLUMNS \
  "id, username, "            \
  "to_char(creation AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US') AS creation"

// The user, by id or by name; a name matches without regard to case and Unicode composition.
std::optional<host::db::Row> FindUser(host::db::Database& db, int64_t id);
std::optional<host::db::Row> FindUser(host::db::Database& db, std::string_view username);
// By id when the text is a number and such a user is there, else by name.
std::optional<host::db::Row> FindUserByEither(host::db::Database& db, std::string_view id_or_name);
// Digits are an id and nothing else, other texts a name: the same text never means another user
// after the first is gone.
std::optional<host::db::Row> FindUserToDelete(host::db::Database& db, std::string_view id_or_name);

// The form in which a name is kept. The database makes it, as it makes the keys that names are
// compared by: one Unicode version for both.
std::string Nfc(host::db::Database& db, std::string_view username);

// Whose a sign-up's Idempotency-Key is, for repeat::Once: nobody is known yet, so the name's, in
// any spelling. Strangers who both chose the key "1" do not meet.
std::string SignUpOwner(host::db::Database& db, std::string_view username);

// 201 with the new user and its `url`, or NameTaken(). For repeat::Once: within a transaction. Both
// texts fulfil the rules; the name is in NFC.
host::Response CreateUser(host::db::Database& db, std::string_view username,
                          std::string_view password_hash, std::string (*url)(const host::db::Row&));

host::Response NameTaken();   // 409
host::Response NoSuchUser();  // 404
host::Response Changed();     // 412

// Removes the user, its thoughts (by foreign key) and the rows that name it, and refuses its
// tokens. The row is locked first, so that a log-in at this moment is either refused or older than
// the epoch. False when there is no such user.
bool DeleteUser(host::db::Database& db, int64_t id);

// Account data: no cache keeps it.
host::Response Private(host::Response response);

}  // namespace accounts
