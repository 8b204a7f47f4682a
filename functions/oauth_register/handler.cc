// POST /oauth/register  client metadata as JSON  ->  201 {"client_id", ...}
//
// RFC 7591, open to all: a client that nobody allowed anything can do nothing. 429 after
// oauth::kMostRegistrations of a network within an hour. A repeat registers another client: its
// answer would hold the secret, which is stored nowhere; the first one is cleared away, unused.

#include <nlohmann/json.hpp>

#include "functions/shared/accounts/throttle.h"
#include "functions/shared/oauth/client.h"
#include "functions/shared/oauth/endpoint.h"
#include "functions/shared/oauth/registration.h"
#include "functions/shared/oauth/scopes.h"
#include "functions/shared/oauth/secrets.h"
#include "host/function/function.h"

namespace function {
namespace {

nlohmann::json Registered(const oauth::Client& client, const std::string& secret, int64_t now_s) {
  nlohmann::json body = {{"client_id", client.id},
                         {"client_id_issued_at", now_s},
                         {"client_name", client.name},
                         {"redirect_uris", client.redirect_uris},
                         {"grant_types", client.grant_types},
                         {"response_types", nlohmann::json::array()},
                         {"token_endpoint_auth_method", client.auth_method},
                         {"scope", oauth::Join(client.scopes)}};
  if (client.May(oauth::kAuthorizationCode)) body["response_types"].push_back("code");
  if (!client.uri.empty()) body["client_uri"] = client.uri;
  if (client.confidential) {
    body["client_secret"] = secret;
    body["client_secret_expires_at"] = 0;  // never
  }
  return body;
}

}  // namespace

host::Response Handle(const host::Request& request, host::Context& context) {
  auto client = oauth::ParseRegistration(request.body());
  if (!client) return oauth::Error(400, client.error().error, client.error().description);
  // Never a number: those are users' ids where a token names its subject.
  client->id = "app-" + oauth::RandomToken().substr(0, 22);
  const std::string secret = client->confidential ? oauth::RandomToken() : "";
  if (client->confidential) client->secret_hash = oauth::Hash(secret);
  if (!oauth::AddClient(context.db(), *client,
                        accounts::AddressSubject(request.remote_address()))) {
    auto full = oauth::Error(429, "temporarily_unavailable",
                             "Too many clients were registered from this network: try later.");
    full.Header("Retry-After", "3600");
    return full;
  }
  const auto now = context.clock().Now().time_since_epoch();
  return oauth::Answer(
      201, Registered(*client, secret, std::chrono::floor<std::chrono::seconds>(now).count()));
}

}  // namespace function
