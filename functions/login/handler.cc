// POST /api/login/  username, password  ->  200 {"Authorized": "Bearer <token>"}
//
// A wrong name and a wrong password give the same answer after the same time. A repeat gets another
// token of the same right, so nothing is stored: an answer that is kept would be a token that can
// be stolen.

#include <optional>

#include "functions/shared/accounts/credentials.h"
#include "functions/shared/accounts/password_work.h"
#include "functions/shared/accounts/rules.h"
#include "functions/shared/accounts/throttle.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "functions/shared/session/token.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr host::Statement kUser{
    "login.user", "SELECT id, password_hash FROM users WHERE username_key = name_key($1)"};

// Waits for a deletion or a new password that is on its way, and finds no row after it. What comes
// after has a later epoch than `now_ms`.
constexpr host::Statement kEnter{
    "login.enter",
    "SELECT id, username, array_to_string(scopes, ' ') AS scopes, greatest(epoch_ms + 1, "
    "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS now_ms "
    "FROM users WHERE id = $1 AND password_hash = $2 FOR SHARE"};

constexpr host::Statement kRehash{
    "login.rehash", "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2"};

host::Response Wrong() {
  return host::Response::From({401,
                               "The username or the password is wrong.",
                               {},
                               {{"WWW-Authenticate", "Bearer realm=\"thoughts\""}}});
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto given = accounts::ParseCredentials(request);
  if (!given) return host::Response::From(given.error());
  const std::string& password = given->password;
  // A name that nobody can have is not looked up, but costs the same.
  const std::string username = accounts::IsUsername(given->username) ? given->username : "";

  auto& db = context.db();
  accounts::Throttle throttle(db, username, request.remote_address());
  if (const auto allowed = throttle.Attempt(); !allowed) {
    return host::Response::From(allowed.error());
  }
  const auto user = username.empty() ? std::nullopt : db.Maybe(kUser, username);
  if (!user) {
    accounts::SpendTime(password, request, context);
    return Wrong();
  }
  const int64_t id = user->Integer("id");
  std::string hash(user->Text("password_hash"));
  const auto match = accounts::Check(password, hash, request, context);
  if (match == accounts::Match::kNo) return Wrong();
  if (match == accounts::Match::kYesButOld) {
    const std::string fresh = accounts::Hash(password, request, context);
    if (db.All(kRehash, id, hash, fresh).affected() > 0) hash = fresh;
  }
  const auto entered = db.Maybe(kEnter, id, hash);
  if (!entered) return Wrong();
  throttle.Succeeded();
  if (entered->Integer("now_ms") % 100 == 0) {  // now and then
    repeat::ClearAway(context, "old login failures stay", [&] { accounts::Throttle::Purge(db); });
  }
  const std::string token =
      session::Issue({id, std::string(entered->Text("username")),
                      session::SplitScopes(entered->Text("scopes")), entered->Integer("now_ms")},
                     context);
  return accounts::Private(host::Response::Json(200, "{\"Authorized\": \"Bearer " + token + "\"}"));
}

}  // namespace function
