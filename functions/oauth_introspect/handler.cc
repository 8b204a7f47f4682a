// POST /oauth/introspect  token  ->  200 {"active": true, ...} or {"active": false}
//
// RFC 7662, for confidential clients: a server that is given an access token asks here whether it
// still stands. Refresh tokens are told to their own client alone. Log-in sessions and personal
// tokens are none of a client's business: not active. Changes nothing.

#include <nlohmann/json.hpp>

#include "functions/shared/oauth/endpoint.h"
#include "functions/shared/oauth/grants.h"
#include "functions/shared/oauth/scopes.h"
#include "functions/shared/session/session.h"
#include "functions/shared/session/uuid7.h"
#include "host/function/function.h"

namespace function {
namespace {

// Deny lists hear of a revocation within a second; who asks here is told at once. A token can only
// have been revoked after it was made.
constexpr host::Statement kStands{
    "oauth_introspect.stands",
    "SELECT 1 WHERE NOT EXISTS (SELECT FROM revocations WHERE at >= to_timestamp($2::bigint) "
    "AND kind = 'token' AND subject = $1) "
    "AND ($3 = '' OR EXISTS (SELECT FROM oauth_grants WHERE id = $3 AND revoked IS NULL)) "
    "AND ($4::bigint = 0 OR EXISTS (SELECT FROM users WHERE id = $4::bigint "
    "AND epoch_ms < $5::bigint))"};

bool Stands(const session::Identity& holder, host::db::Database& db) {
  const int64_t issued_ms = session::Uuid7Time(holder.jti).value_or(holder.issued_s * 1000);
  return db.Maybe(kStands, holder.jti, holder.issued_s, holder.grant, holder.user_id, issued_ms)
      .has_value();
}

nlohmann::json OfAccess(const session::Identity& holder, const std::string& issuer) {
  const std::string subject =
      holder.user_id == 0 ? holder.client_id : std::to_string(holder.user_id);
  nlohmann::json told = {{"active", true},
                         {"token_type", "Bearer"},
                         {"iss", issuer},
                         {"aud", issuer},
                         {"sub", subject},
                         {"client_id", holder.client_id},
                         {"scope", oauth::Join(holder.scopes)},
                         {"iat", holder.issued_s},
                         {"exp", holder.expires_s},
                         {"jti", holder.jti}};
  if (holder.user_id != 0) told["username"] = holder.username;
  return told;
}

nlohmann::json OfRefresh(const oauth::RefreshInfo& info, const std::string& issuer) {
  return {{"active", true},
          {"iss", issuer},
          {"sub", std::to_string(info.user_id)},
          {"username", info.username},
          {"client_id", info.client_id},
          {"scope", oauth::Join(info.scopes)},
          {"iat", info.issued_s},
          {"exp", info.expires_s}};
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto form = oauth::ReadForm(request);
  if (!form) return form.error();
  auto& db = context.db();
  const auto client = oauth::Authenticate(request, *form, db);
  if (!client) return client.error();
  if (!client->confidential) {
    return oauth::Error(403, "unauthorized_client", "Introspection is for clients with a secret.");
  }
  const std::string& token = form->Get("token");
  if (token.empty()) return oauth::Error(400, "invalid_request", "token is missing.");

  const std::string issuer = context.config().Text("SESSION_ISSUER");
  const auto holder = session::CheckToken(token, context);
  if (holder && holder->kind == session::TokenKind::kAccess && Stands(*holder, db)) {
    return oauth::Answer(200, OfAccess(*holder, issuer));
  }
  if (!holder && holder.error().status != 401) return host::Response::From(holder.error());
  const auto info = oauth::InspectRefreshToken(db, token);
  if (info && info->client_id == client->id) return oauth::Answer(200, OfRefresh(*info, issuer));
  return oauth::Answer(200, {{"active", false}});
}

}  // namespace function
