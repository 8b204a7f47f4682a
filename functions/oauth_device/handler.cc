// POST /oauth/device  client_id, scope  ->  200 {"device_code", "user_code", "verification_uri",
// ...}
//
// RFC 8628, section 3.1. The user types user_code at GET /oauth/device, which is another function;
// the device asks POST /oauth/token meanwhile. A repeat gets other codes; the first ones expire.

#include <nlohmann/json.hpp>

#include "functions/shared/oauth/device.h"
#include "functions/shared/oauth/endpoint.h"
#include "functions/shared/oauth/scopes.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto form = oauth::ReadForm(request);
  if (!form) return form.error();
  auto& db = context.db();
  const auto client = oauth::Authenticate(request, *form, db);
  if (!client) return client.error();
  if (!client->May(oauth::kDeviceCode)) {
    return oauth::Error(400, "unauthorized_client",
                        "The client is not registered for the device grant.");
  }
  const auto scopes =
      form->Has("scope") ? oauth::Choose(form->Get("scope"), client->scopes) : client->scopes;
  if (scopes.empty()) {
    return oauth::Error(400, "invalid_scope", "The client may have none of these scopes.");
  }
  const auto codes = oauth::StartDevice(db, client->id, scopes);
  const std::string page = context.config().Text("SESSION_ISSUER") + "/oauth/device";
  return oauth::Answer(200, {{"device_code", codes.device_code},
                             {"user_code", codes.user_code},
                             {"verification_uri", page},
                             {"verification_uri_complete", page + "?user_code=" + codes.user_code},
                             {"expires_in", oauth::kDeviceSeconds},
                             {"interval", oauth::kDeviceIntervalSeconds}});
}
