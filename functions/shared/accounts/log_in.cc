#include "functions/shared/accounts/log_in.h"

#include <optional>
#include <utility>

#include "functions/shared/accounts/password_work.h"
#include "functions/shared/accounts/rules.h"
#include "functions/shared/accounts/throttle.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/token.h"

namespace accounts {
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

// What a browser calls itself, as far as it can be shown anywhere.
std::string UserAgent(const host::Request& request) {
  constexpr size_t kMost = 200;
  std::string text(request.header("user-agent").value_or(""));
  std::erase_if(text, [](char c) { return c < ' ' || c > '~'; });
  return text.substr(0, kMost);
}

std::unexpected<host::Problem> Wrong() {
  return std::unexpected(host::Problem{401,
                                       "The username or the password is wrong.",
                                       {},
                                       {{"WWW-Authenticate", "Bearer realm=\"thoughts\""}}});
}

}  // namespace

host::Result<session::Subject> LogIn(const Credentials& given, const host::Request& request,
                                     host::Context& context) {
  const std::string& password = given.password;
  // A name that nobody can have is not looked up, but costs the same.
  const std::string username = IsUsername(given.username) ? given.username : "";

  auto& db = context.db();
  Throttle throttle(db, username, request.remote_address());
  if (auto allowed = throttle.Attempt(); !allowed) {
    return std::unexpected(std::move(allowed.error()));
  }
  const auto user = username.empty() ? std::nullopt : db.Maybe(kUser, username);
  std::string hash(user ? user->Text("password_hash") : NobodysHash());
  const auto match = Check(password, hash, request, context);
  if (!user || match == Match::kNo) return Wrong();
  const int64_t id = user->Integer("id");
  if (match == Match::kYesButOld) {
    const std::string fresh = Hash(password, request, context);
    if (db.All(kRehash, id, hash, fresh).affected() > 0) hash = fresh;
  }
  const auto entered = db.Maybe(kEnter, id, hash);
  if (!entered) return Wrong();
  throttle.Succeeded();
  if (entered->Integer("now_ms") % 100 == 0) {  // now and then
    repeat::ClearAway(context, "old login failures stay", [&] { Throttle::Purge(db); });
    repeat::ClearAway(context, "old sessions stay", [&] { session::PurgeRevocations(db); });
  }
  return session::Subject{.user_id = id,
                          .username = std::string(entered->Text("username")),
                          .scopes = session::SplitScopes(entered->Text("scopes")),
                          .issued_ms = entered->Integer("now_ms"),
                          .user_agent = UserAgent(request),
                          .network = NetworkOf(request.remote_address())};
}

}  // namespace accounts
