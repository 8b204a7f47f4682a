// POST /api/me/tokens/  name, scopes, expires_in_days (90)
//     ->  201 {id,name,scopes,creation,expiry,last_use,token} + Location
//
// The token is shown here alone, and kept nowhere: a repeat of the same request gets another one
// with the same id and rights, signed anew. Scopes: some of the session's, with spaces between
// them; never admin.

#include "functions/shared/accounts/own.h"
#include "functions/shared/accounts/token_request.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "functions/shared/session/uuid7.h"
#include "host/base/json_text.h"
#include "host/function/function.h"

namespace function {
namespace {

constexpr char kUrl[] = "/api/me/tokens/";

// Waits for a deletion or a new password that is on its way: what comes after has a later epoch.
constexpr host::Statement kTime{
    "me_tokens_create.time",
    "SELECT greatest(epoch_ms + 1, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) "
    "AS now_ms, (SELECT count(*) FROM personal_tokens WHERE user_id = u.id) AS tokens "
    "FROM users u WHERE id = $1 FOR SHARE OF u"};

constexpr host::Statement kMake{
    "me_tokens_create.make",
    "INSERT INTO personal_tokens (id, user_id, name, scopes, creation, expiry) "
    "SELECT $1, $2, $3, string_to_array($4, ' '), at, at + $6::int * interval '1 day' "
    "FROM (SELECT to_timestamp($5::bigint / 1000.0) AS at) t"};

constexpr host::Statement kMade{"me_tokens_create.made",
                                "SELECT json_build_object(" ACCOUNTS_TOKEN_JSON
                                ")::text AS json, array_to_string(scopes, ' ') AS scopes, "
                                "floor(extract(epoch FROM expiry))::bigint AS expires_s "
                                "FROM personal_tokens WHERE id = $1 AND user_id = $2"};

host::Response Make(const accounts::TokenRequest& wanted, int64_t user_id, host::db::Database& db) {
  const auto time = db.Maybe(kTime, user_id);
  if (!time) return host::Response::From(session::InvalidToken());
  if (time->Integer("tokens") >= accounts::kMostTokens) {
    return host::Response::From({409, "There are 100 tokens already: delete one.", {}, {}});
  }
  const std::string id = session::MakeUuid7(time->Integer("now_ms"));
  db.All(kMake, id, user_id, wanted.name, wanted.scopes, time->Integer("now_ms"), wanted.days);
  return host::Response::Created(kUrl + id + "/", "{}");
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  const auto wanted = accounts::ParseTokenRequest(request, *caller);
  if (!wanted) return host::Response::From(wanted.error());

  auto& db = context.db();
  auto kept = repeat::Once(request, context, std::to_string(caller->user_id),
                           [&] { return Make(*wanted, caller->user_id, db); });
  if (kept.status() != 201) return kept;
  const std::string url(kept.header("location").value());
  const std::string id = url.substr(sizeof kUrl - 1, url.size() - sizeof kUrl);
  const auto made = db.Maybe(kMade, id, caller->user_id);
  if (!made) return host::Response::From({410, "The token was deleted since.", {}, {}});
  std::string body(made->Text("json"));
  body.pop_back();
  body += ", \"token\": ";
  host::AppendJsonString(
      body, session::IssuePersonal({.user_id = caller->user_id,
                                    .username = caller->username,
                                    .scopes = session::SplitScopes(made->Text("scopes")),
                                    .id = id,
                                    .expires_s = made->Integer("expires_s")},
                                   context));
  return accounts::Private(host::Response::Created(url, body + "}"));
}

}  // namespace function
