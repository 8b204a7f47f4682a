// DELETE /api/me/apps/{client_id}/  ->  204; 404 when it was allowed nothing
//
// Consent, codes and refresh tokens are void at once, access tokens within a second. A repeat of
// the same request gets the same 204.

#include "functions/shared/oauth/grants.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  return repeat::Once(request, context, std::to_string(caller->user_id), [&] {
    if (!oauth::RevokeApp(context.db(), caller->user_id, request.route("client_id"))) {
      return host::Response::From({404, "You have allowed no such app anything.", {}, {}});
    }
    return host::Response::NoContent();
  });
}
