// DELETE /admin/users/{user}/  ->  204, also when there is no such user
//
// {user} is an id or a name. Digits are an id and nothing else, so that deleting 7 again never
// deletes the user who is named "7": a user whose name is digits alone is deleted by its id. (GET
// looks for such a name, too.) The user's thoughts go, too, and its tokens are refused within a
// second. If-Match is honoured (412). Safe to repeat.

#include "functions/shared/accounts/etag.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  return repeat::Once(request, context, std::to_string(caller->user_id), [&] {
    auto& db = context.db();
    const auto user = accounts::FindUserToDelete(db, request.route("user"));
    if (!user) return host::Response::NoContent();
    if (!accounts::IsExpected(request, accounts::ETag(accounts::UserJson(*user)))) {
      return accounts::Changed();
    }
    accounts::DeleteUser(db, user->Integer("id"));
    return host::Response::NoContent();
  });
}
