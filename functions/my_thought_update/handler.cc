// PATCH /api/me/thoughts/{id}/  text  ->  200 {id,username,text,timestamp} with its new ETag; 404
// also for another's
//
// If-Match is honoured (412). A repeat of the same request gets the same answer.

#include "functions/shared/accounts/etag.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "functions/shared/thoughts/thought.h"
#include "host/function/function.h"

namespace {

constexpr host::Statement kLock{"my_thought_update.lock",
                                "SELECT " THOUGHTS_COLUMNS
                                " FROM thoughts WHERE id = $1 AND user_id = $2 FOR UPDATE"};
constexpr host::Statement kUpdate{
    "my_thought_update.update",
    "UPDATE thoughts SET text = $2 WHERE id = $1 RETURNING " THOUGHTS_COLUMNS};

}  // namespace

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto id = request.route_int("id");
  if (!id) return host::Response::From(id.error());
  const auto text = thoughts::ParseText(request);
  if (!text) return host::Response::From(text.error());

  return repeat::Once(request, context, std::to_string(caller->user_id), [&] {
    const auto before = context.db().Maybe(kLock, *id, caller->user_id);
    if (!before) return host::Response::From(thoughts::NotFound());
    if (!accounts::IsExpected(request, accounts::ETag(thoughts::ToJson(*before))))
      return accounts::Changed();
    const auto json = thoughts::ToJson(context.db().One(kUpdate, *id, *text));
    auto response = accounts::Private(host::Response::Json(200, json));
    response.Header("ETag", accounts::ETag(json));
    return response;
  });
}
