// GET /api/me/export/  ->  200
// {"user":{id,username,creation,scopes},"thoughts":[{id,username,text,timestamp}, ...],
//  "sessions":[...],"tokens":[...],"apps":[...]}, the last three as /api/me/... lists them
//
// Everything that is kept about the user, but the hash of the password.

#include "functions/shared/accounts/own.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr host::Statement kExport{
    "me_export.all",
    "SELECT json_build_object("
    "'user', json_build_object('id', u.id, 'username', u.username, "
    "'creation', " ACCOUNTS_ISO_TIME("u.creation") ", 'scopes', u.scopes), "
    "'thoughts', (SELECT coalesce(json_agg(json_build_object('id', t.id, 'username', t.username, "
    "'text', t.text, 'timestamp', " ACCOUNTS_ISO_TIME("t.timestamp") ") "
    "ORDER BY t.id), '[]') FROM thoughts t WHERE t.user_id = u.id), "
    "'sessions', (SELECT coalesce(json_agg(json_build_object(" ACCOUNTS_SESSION_JSON
    ") ORDER BY s.creation), '[]') FROM sessions s WHERE s.user_id = u.id), "
    "'tokens', (SELECT coalesce(json_agg(json_build_object(" ACCOUNTS_TOKEN_JSON
    ") ORDER BY p.creation), '[]') FROM personal_tokens p WHERE p.user_id = u.id), "
    "'apps', " ACCOUNTS_APPS ")::text AS export FROM users u WHERE u.id = $1::bigint"};

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto row = context.db().Maybe(kExport, caller->user_id);
  if (!row) return host::Response::From(session::InvalidToken());
  auto response = host::Response::Json(200, std::string(row->Text("export")));
  response.Header("Content-Disposition", "attachment; filename=\"thoughts-export.json\"");
  return accounts::Private(std::move(response));
}

}  // namespace function
