// POST /oauth/revoke  token  ->  200 {}
//
// RFC 7009. A refresh token takes its whole grant with it, access tokens included; an access token
// goes alone. Unknown tokens are answered like others: they are refused already. The body is there
// since clients read it. Safe to repeat.

#include <nlohmann/json.hpp>

#include "functions/shared/oauth/endpoint.h"
#include "functions/shared/oauth/grants.h"
#include "functions/shared/repeat/once.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

host::Response OfAnother() {
  return oauth::Error(400, "unauthorized_client", "The token is not one of this client's.");
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  const auto form = oauth::ReadForm(request);
  if (!form) return form.error();
  auto& db = context.db();
  const auto client = oauth::Authenticate(request, *form, db);
  if (!client) return client.error();
  const std::string& token = form->Get("token");
  if (token.empty()) return oauth::Error(400, "invalid_request", "token is missing.");

  const auto family = oauth::RevokeRefreshToken(db, *client, token);
  if (family == oauth::Revoked::kOfAnother) return OfAnother();
  if (family == oauth::Revoked::kUnknown) {
    const auto holder = session::CheckToken(token, context);
    if (!holder && holder.error().status != 401) return host::Response::From(holder.error());
    if (holder) {
      if (holder->client_id != client->id) return OfAnother();
      session::RevokeToken(db, *holder);
    }
  }
  repeat::ClearAway(context, "old revocations stay", [&] { session::PurgeRevocations(db); });
  return oauth::Answer(200, nlohmann::json::object());
}

}  // namespace function
