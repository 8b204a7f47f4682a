// GET, HEAD /api/me/thoughts/?search=&limit=&sort=&cursor=  ->  200 array of own thoughts, Link rel
// next and prev

#include "functions/shared/accounts/users.h"
#include "functions/shared/session/session.h"
#include "functions/shared/thoughts/list.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  return accounts::Private(
      thoughts::ListOfUser(request, context.db(), "/api/me/thoughts/", caller->user_id));
}
