// DELETE /api/me/  ->  204
//
// The user, its thoughts and the answers stored for it are gone, its tokens are refused within a
// second. If-Match is honoured (412). A repeat of the same request gets the same 204.

#include "functions/shared/accounts/etag.h"
#include "functions/shared/accounts/throttle.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto holder = session::Signed(request, context);
  if (!holder) return host::Response::From(holder.error());
  const std::string owner = std::to_string(holder->user_id);
  if (auto first = repeat::Find(request, context, owner, repeat::Of(request))) {
    return *std::move(first);
  }
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());

  return repeat::Once(request, context, owner, [&] {
    const auto user = accounts::FindUser(context.db(), caller->user_id);
    if (!user) return host::Response::From(session::InvalidToken());
    if (!accounts::IsExpected(request, accounts::ETag(accounts::UserJson(*user)))) {
      return accounts::Changed();
    }
    accounts::DeleteUser(context.db(), caller->user_id);
    accounts::Throttle::Forget(context.db(), caller->username);
    return host::Response::NoContent();
  });
}
