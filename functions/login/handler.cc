// POST /api/login/  username, password  ->  200 {"Authorized": "Bearer <token>"}
//
// A wrong name and a wrong password give the same answer after the same time. A repeat gets another
// token of the same right, so nothing is stored: an answer that is kept would be a token that can
// be stolen.

#include "functions/shared/accounts/credentials.h"
#include "functions/shared/accounts/log_in.h"
#include "functions/shared/accounts/users.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request& request, host::Context& context) {
  const auto given = accounts::ParseCredentials(request);
  if (!given) return host::Response::From(given.error());
  const auto entered = accounts::LogIn(*given, request, context);
  if (!entered) return host::Response::From(entered.error());
  const std::string token = session::Issue(*entered, context);
  return accounts::Private(host::Response::Json(200, "{\"Authorized\": \"Bearer " + token + "\"}"));
}
