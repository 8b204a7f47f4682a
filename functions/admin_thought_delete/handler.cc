// DELETE /admin/thoughts/{id}/  ->  204, also when there is no such thought
//
// If-Match is honoured (412). A repeat of the same request gets the same 204.

#include "functions/shared/accounts/etag.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "functions/shared/thoughts/thought.h"
#include "host/function/function.h"

namespace {

constexpr host::Statement kDelete{"admin_thought_delete.delete",
                                  "DELETE FROM thoughts WHERE id = $1 RETURNING " THOUGHTS_COLUMNS};

}  // namespace

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto id = request.route_int("id");
  if (!id) return host::Response::NoContent();  // beyond all ids: absent

  return repeat::Once(request, context, std::to_string(caller->user_id), [&] {
    const auto deleted = context.db().Maybe(kDelete, *id);
    // An answer of 412 takes the deletion back.
    if (deleted && !accounts::IsExpected(request, accounts::ETag(thoughts::ToJson(*deleted))))
      return accounts::Changed();
    return host::Response::NoContent();
  });
}
