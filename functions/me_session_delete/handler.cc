// DELETE /api/me/sessions/{id}/  ->  204; 404 also for another's
//
// Its token is refused everywhere within a second; the present session may end itself. A repeat of
// the same request gets the same 204, although its token may be refused by then.

#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr host::Statement kEnd{
    "me_session_delete.end",
    "WITH ended AS (DELETE FROM sessions WHERE id = $1 AND user_id = $2 RETURNING id, expiry) "
    "INSERT INTO revocations (kind, subject, until) "
    "SELECT 'token', id, expiry + interval '1 minute' FROM ended"};

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto holder = session::Signed(request, context);
  if (!holder) return host::Response::From(holder.error());
  const std::string owner = std::to_string(holder->user_id);
  if (auto first = repeat::Find(request, context, owner, repeat::Of(request))) {
    return *std::move(first);
  }
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());

  return repeat::Once(request, context, owner, [&] {
    const auto ended = context.db().All(kEnd, request.route("id"), caller->user_id);
    if (ended.affected() == 0) {
      return host::Response::From({404, "There is no such session of yours.", {}, {}});
    }
    return host::Response::NoContent();
  });
}

}  // namespace function
