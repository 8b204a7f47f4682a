// GET, HEAD /api/me/apps/  ->  200 [{client_id,name,uri,scopes,since,last_use}, ...], by name
//
// `name` and `uri` are what the app's developer wrote: to be shown, not to be believed.

#include "functions/shared/accounts/own.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr host::Statement kList{"me_apps_list.all", "SELECT " ACCOUNTS_APPS "::text AS list"};

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto row = context.db().One(kList, caller->user_id);
  return accounts::Private(host::Response::Json(200, std::string(row.Text("list"))));
}

}  // namespace function
