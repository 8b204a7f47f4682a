// DELETE /api/me/sessions/  ->  204
//
// All sessions but the one that asks: log-out ends that one. Their tokens are refused everywhere
// within a second. A repeat of the same request gets the same 204.

#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr host::Statement kEndOthers{
    "me_sessions_delete.end",
    "WITH ended AS (DELETE FROM sessions WHERE user_id = $1 AND id <> $2 RETURNING id, expiry) "
    "INSERT INTO revocations (kind, subject, until) "
    "SELECT 'token', id, expiry + interval '1 minute' FROM ended"};

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  return repeat::Once(request, context, std::to_string(caller->user_id), [&] {
    context.db().All(kEndOthers, caller->user_id, caller->jti);
    return host::Response::NoContent();
  });
}

}  // namespace function
