// GET, HEAD /admin/users/{user}/  ->  200 {id,username,creation} with a strong ETag, 404
//
// {user} is an id or a name. A number is an id when such a user is there, else a name: names of
// digits alone are allowed.

#include "functions/shared/accounts/etag.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto user = accounts::FindUserByEither(context.db(), request.route("user"));
  if (!user) return accounts::NoSuchUser();
  return accounts::Representation(request, accounts::UserJson(*user), "private, no-store");
}
