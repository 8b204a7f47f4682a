// GET, POST /oauth/userinfo  ->  200 {"sub", "preferred_username", "name"}
//
// OpenID Connect Core, section 5.3. The names only with the scope profile. Changes nothing.

#include <nlohmann/json.hpp>

#include "functions/shared/oauth/endpoint.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto caller = session::Caller(request, context);
  if (!caller) return host::Response::From(caller.error());
  nlohmann::json body = {{"sub", std::to_string(caller->user_id)}};
  if (caller->Has("profile")) {
    body["preferred_username"] = caller->username;
    body["name"] = caller->username;
  }
  return oauth::Answer(200, body);
}
