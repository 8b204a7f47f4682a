// GET /.well-known/jwks.json  ->  200 {"keys": [...]}
//
// RFC 7517. A new key stands here before it signs, an old one until its last token has expired:
// so who keeps this for five minutes misses nothing.

#include "functions/shared/session/session.h"
#include "host/function/function.h"

host::Response function::Handle(const host::Request&, host::Context& context) {
  std::string body = "{\"keys\":[";
  for (const auto& key : session::PublicKeys(context)) {
    if (!body.ends_with('[')) body += ',';
    body += key.PublicJwk();
  }
  auto response = host::Response::Json(200, body + "]}");
  response.Header("Cache-Control", "public, max-age=300");
  return response;
}
