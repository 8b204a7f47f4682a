// POST /admin/users/  username, password  ->  201 {id,username,creation} + Location
//
// 409 when the name is taken, 422 with every broken rule. Safe to repeat with the same key.

#include "functions/shared/accounts/credentials.h"
#include "functions/shared/accounts/password_work.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto given = accounts::ParseNewUser(request, context.db());
  if (!given) return host::Response::From(given.error());
  const std::string owner = std::to_string(caller->user_id);
  const auto print = [&](const std::string& hash) {
    return accounts::PasswordFingerprint(request, context, given->username, given->password, hash,
                                         nullptr);
  };

  // Looked up before the key: who finds a user made by this very request finds its key, too.
  const bool taken = accounts::FindUser(context.db(), given->username).has_value();
  if (auto first = repeat::Find(request, context, owner, print(""))) return *std::move(first);
  if (taken) return accounts::NameTaken();

  const std::string hash = accounts::Hash(given->password, request, context);
  return repeat::Once(request, context, owner, print(hash), [&] {
    return accounts::CreateUser(context.db(), given->username, hash, accounts::AdminUserUrl);
  });
}
