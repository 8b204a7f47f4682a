// GET, HEAD /api/me/sessions/  ->  200 [{id,creation,expiry,user_agent,network,present}, ...],
// newest first; `present` marks the one that asks

#include "functions/shared/accounts/own.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr host::Statement kList{
    "me_sessions_list.all",
    "SELECT coalesce(json_agg(json_build_object(" ACCOUNTS_SESSION_JSON
    ", 'present', id = $2) ORDER BY creation DESC), '[]')::text AS list FROM "
    "(SELECT * FROM sessions WHERE user_id = $1 AND expiry > clock_timestamp() "
    "ORDER BY creation DESC LIMIT 1000) s"};

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto row = context.db().One(kList, caller->user_id, caller->jti);
  return accounts::Private(host::Response::Json(200, std::string(row.Text("list"))));
}

}  // namespace function
