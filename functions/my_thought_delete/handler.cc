// DELETE /api/me/thoughts/{id}/  ->  204; 404 also for another's
//
// If-Match is honoured (412). A repeat of the same request gets the same 204.

#include "functions/shared/accounts/etag.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "functions/shared/thoughts/thought.h"
#include "host/function/function.h"

namespace {

constexpr host::Statement kDelete{
    "my_thought_delete.delete",
    "DELETE FROM thoughts WHERE id = $1 AND user_id = $2 RETURNING " THOUGHTS_COLUMNS};

}  // namespace

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto id = request.route_int("id");
  if (!id) return host::Response::From(id.error());

  return repeat::Once(request, context, std::to_string(caller->user_id), [&] {
    const auto deleted = context.db().Maybe(kDelete, *id, caller->user_id);
    if (!deleted) return host::Response::From(thoughts::NotFound());
    // An answer of 412 takes the deletion back.
    if (!accounts::IsExpected(request, accounts::ETag(thoughts::ToJson(*deleted))))
      return accounts::Changed();
    return host::Response::NoContent();
  });
}
