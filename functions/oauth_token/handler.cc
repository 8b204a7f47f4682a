// POST /oauth/token  grant_type, ...  ->  200 {"access_token", "token_type", "expires_in", "scope"}
//
// With refresh_token and id_token where they belong (RFC 6749, 7636, 8628, OpenID Connect
// Core 3.1.3). A repeat gets other access tokens of the same grant, and the same refresh token: see
// functions/shared/oauth/grants.h. So nothing of the answer is stored.

#include <nlohmann/json.hpp>

#include "functions/shared/oauth/endpoint.h"
#include "functions/shared/oauth/grants.h"
#include "functions/shared/oauth/scopes.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

using oauth::Client;
using oauth::Granted;
using oauth::GrantFault;
using oauth::GrantResult;
using oauth::Parameters;

constexpr host::Statement kNow{
    "oauth_token.now",
    "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms"};

GrantResult ForClientItself(host::db::Database& db, const Client& client, const Parameters& form) {
  // Without a user there is nothing to write as, and nobody to know.
  std::vector<std::string> allowed = client.scopes;
  std::erase_if(allowed, [](const std::string& scope) { return scope != "thoughts:read"; });
  Granted granted;
  granted.scopes = form.Has("scope") ? oauth::Choose(form.Get("scope"), allowed) : allowed;
  if (form.Has("scope") && granted.scopes.empty()) {
    return std::unexpected(
        GrantFault{"invalid_scope", "Without a user a client may have thoughts:read alone."});
  }
  granted.issued_ms = db.One(kNow).Integer("now_ms");
  return granted;
}

GrantResult Missing(const char* name) {
  return std::unexpected(GrantFault{"invalid_request", std::string(name) + " is missing."});
}

GrantResult Grant(const host::Request& request, const Parameters& form, const Client& client,
                  host::db::Database& db) {
  const std::string& type = form.Get("grant_type");
  // Refresh tokens are also given with offline_access: who has one may use it.
  if (type != oauth::kRefreshToken && !client.May(type)) {
    return std::unexpected(
        GrantFault{"unauthorized_client", "The client is not registered for this grant_type."});
  }
  if (type == oauth::kAuthorizationCode) {
    if (!form.Has("code")) return Missing("code");
    if (!form.Has("code_verifier")) return Missing("code_verifier");
    return oauth::ExchangeCode(
        db, client,
        {form.Get("code"), form.Get("code_verifier"), form.Get("redirect_uri"), request.key()});
  }
  if (type == oauth::kRefreshToken) {
    if (!form.Has("refresh_token")) return Missing("refresh_token");
    return oauth::Refresh(db, client, form.Get("refresh_token"), form.Get("scope"));
  }
  if (type == oauth::kDeviceCode) {
    if (!form.Has("device_code")) return Missing("device_code");
    return oauth::PollDevice(db, client, form.Get("device_code"), request.key());
  }
  return ForClientItself(db, client, form);
}

bool IsGrantType(std::string_view type) {
  return type == oauth::kAuthorizationCode || type == oauth::kRefreshToken ||
         type == oauth::kClientCredentials || type == oauth::kDeviceCode;
}

host::Response Tokens(const Granted& granted, const Client& client, host::Context& context) {
  nlohmann::json body = {
      {"access_token",
       session::IssueAccess({granted.user_id, granted.username, granted.scopes, granted.issued_ms,
                             client.id, granted.grant_id, granted.auth_time_s},
                            context)},
      {"token_type", "Bearer"},
      {"expires_in", session::kAccessSeconds},
      {"scope", oauth::Join(granted.scopes)}};
  if (!granted.refresh_token.empty()) body["refresh_token"] = granted.refresh_token;
  if (granted.user_id != 0 && oauth::Contains(granted.scopes, "openid")) {
    body["id_token"] = session::IssueId({granted.user_id, granted.username, granted.issued_ms,
                                         client.id, granted.nonce, granted.auth_time_s},
                                        context);
  }
  return oauth::Answer(200, body);
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto form = oauth::ReadForm(request);
  if (!form) return form.error();
  if (!form->Has("grant_type")) {
    return oauth::Error(400, "invalid_request", "grant_type is missing.");
  }
  if (!IsGrantType(form->Get("grant_type"))) {
    return oauth::Error(400, "unsupported_grant_type", "This grant_type is not served.");
  }
  auto& db = context.db();
  const auto client = oauth::Authenticate(request, *form, db);
  if (!client) return client.error();
  const auto granted = Grant(request, *form, *client, db);
  if (!granted) return oauth::Error(400, granted.error().error, granted.error().description);
  if (granted->issued_ms % 100 == 0) {  // now and then
    repeat::ClearAway(context, "old grants stay", [&] { oauth::PurgeGrants(db); });
  }
  return Tokens(*granted, *client, context);
}

}  // namespace function
