// GET, HEAD /api/me/tokens/  ->  200 [{id,name,scopes,creation,expiry,last_use}, ...], newest first
//
// Never the tokens themselves: nobody has them but who made them. Expired ones stay for a month.

#include "functions/shared/accounts/own.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr host::Statement kList{
    "me_tokens_list.all",
    "SELECT coalesce(json_agg(json_build_object(" ACCOUNTS_TOKEN_JSON
    ") ORDER BY creation DESC), '[]')::text AS list FROM personal_tokens WHERE user_id = $1"};

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto row = context.db().One(kList, caller->user_id);
  return accounts::Private(host::Response::Json(200, std::string(row.Text("list"))));
}

}  // namespace function
