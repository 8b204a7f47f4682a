// DELETE /api/me/tokens/{id}/  ->  204; 404 also for another's
//
// The token is refused everywhere within a second. A repeat of the same request gets the same 204.

#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr host::Statement kEnd{"me_token_delete.end",
                               "WITH ended AS (DELETE FROM personal_tokens WHERE id = $1 AND "
                               "user_id = $2 RETURNING id, expiry) "
                               "INSERT INTO revocations (kind, subject, until) "
                               "SELECT 'token', id, expiry + interval '1 minute' FROM ended"};

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  return repeat::Once(request, context, std::to_string(caller->user_id), [&] {
    const auto ended = context.db().All(kEnd, request.route("id"), caller->user_id);
    if (ended.affected() == 0) {
      return host::Response::From({404, "There is no such token of yours.", {}, {}});
    }
    return host::Response::NoContent();
  });
}

}  // namespace function
