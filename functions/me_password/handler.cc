// PUT /api/me/password/  password, new_password  ->  204
//
// Ends all sessions of the user, this one too: log in again. 403 when `password` is not the present
// one; such attempts are slowed down as log-ins are. A repeat of the same request gets the same
// 204; it is told by its new password, and counts as an attempt: its token may be refused by now.

#include "functions/shared/accounts/credentials.h"
#include "functions/shared/accounts/password_work.h"
#include "functions/shared/accounts/rules.h"
#include "functions/shared/accounts/throttle.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr host::Statement kHash{"me_password.hash",
                                "SELECT password_hash FROM users WHERE id = $1"};

constexpr host::Statement kChange{
    "me_password.change",
    "UPDATE users SET password_hash = $3, "
    "epoch_ms = ceil(extract(epoch FROM clock_timestamp()) * 1000)::bigint "
    "WHERE id = $1 AND password_hash = $2"};

struct Passwords {
  std::string present, next;
};

host::Result<Passwords> Parse(const host::Request& request, const std::string& username) {
  const auto fields = request.fields();
  if (!fields) return std::unexpected(fields.error());
  std::vector<host::FieldError> errors;
  Passwords passwords;
  passwords.present = accounts::TakeText(*fields, "password", errors);
  const size_t before = errors.size();
  passwords.next = accounts::TakeText(*fields, "new_password", errors);
  if (errors.size() == before) {
    for (auto& error : accounts::PasswordErrors(passwords.next, "new_password", username)) {
      errors.push_back(std::move(error));
    }
  }
  if (errors.empty()) return passwords;
  return host::Fail(422, "Some fields are missing or break a rule.", std::move(errors));
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto holder = session::Signed(request, context);
  if (!holder) return host::Response::From(holder.error());
  const auto given = Parse(request, holder->username);
  if (!given) return host::Response::From(given.error());
  const std::string owner = std::to_string(holder->user_id);
  auto& db = context.db();
  accounts::Throttle throttle(db, holder->username, request.remote_address());
  const auto print = [&](const std::string& hash) {
    return accounts::PasswordFingerprint(request, context, "", given->next, hash, &throttle);
  };
  if (auto first = repeat::Find(request, context, owner, print(""))) return *std::move(first);
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());

  if (const auto allowed = throttle.Attempt(); !allowed) {
    return host::Response::From(allowed.error());
  }
  const auto user = db.Maybe(kHash, caller->user_id);
  if (!user) return host::Response::From(session::InvalidToken());
  const std::string old(user->Text("password_hash"));
  if (accounts::Check(given->present, old, request, context) == accounts::Match::kNo) {
    return host::Response::From(
        {403, "The present password is wrong.", {{"password", "is wrong"}}, {}});
  }
  throttle.Succeeded();
  const std::string hash = accounts::Hash(given->next, request, context);
  return repeat::Once(request, context, owner, print(hash), [&] {
    if (db.All(kChange, caller->user_id, old, hash).affected() == 0) {
      return host::Response::From({409, "The password was changed at this very moment.", {}, {}});
    }
    session::RevokeUser(db, caller->user_id);
    return host::Response::NoContent();
  });
}

}  // namespace function
