// GET, HEAD /api/me/  ->  200 {id,username,creation} of the token's user, with a strong ETag

#include "functions/shared/accounts/etag.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto user = accounts::FindUser(context.db(), caller->user_id);
  if (!user) return host::Response::From(session::InvalidToken());
  return accounts::Representation(request, accounts::UserJson(*user), "private, no-store");
}
