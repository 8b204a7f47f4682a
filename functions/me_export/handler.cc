// GET /api/me/export/  ->  200
// {"user":{id,username,creation,scopes},"thoughts":[{id,username,text,timestamp}, ...]}
//
// Everything that is kept about the user, but the hash of the password.

#include "functions/shared/accounts/users.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

#define ISO_TIME "'YYYY-MM-DD\"T\"HH24:MI:SS.US'"

constexpr host::Statement kExport{
    "me_export.all",
    "SELECT json_build_object("
    "'user', json_build_object('id', u.id, 'username', u.username, "
    "'creation', to_char(u.creation AT TIME ZONE 'UTC', " ISO_TIME
    "), 'scopes', u.scopes), "
    "'thoughts', (SELECT coalesce(json_agg(json_build_object('id', t.id, 'username', t.username, "
    "'text', t.text, 'timestamp', to_char(t.timestamp AT TIME ZONE 'UTC', " ISO_TIME
    ")) "
    "ORDER BY t.id), '[]') FROM thoughts t WHERE t.user_id = u.id))::text AS export "
    "FROM users u WHERE u.id = $1"};

#undef ISO_TIME

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
