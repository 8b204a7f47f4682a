// GET, HEAD /api/me/thoughts/{id}/  ->  200 {id,username,text,timestamp} with a strong ETag, 304;
// 404 also for another's

#include "functions/shared/accounts/etag.h"
#include "functions/shared/session/session.h"
#include "functions/shared/thoughts/thought.h"
#include "host/function/function.h"

namespace {

constexpr host::Statement kGet{"my_thought_get.get",
                               "SELECT " THOUGHTS_COLUMNS
                               " FROM thoughts WHERE id = $1 AND user_id = $2"};

}  // namespace

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto id = request.route_int("id");
  if (!id) return host::Response::From(id.error());
  const auto row = context.db().Maybe(kGet, *id, caller->user_id);
  if (!row) return host::Response::From(thoughts::NotFound());
  return accounts::Representation(request, thoughts::ToJson(*row), "private, no-store");
}
