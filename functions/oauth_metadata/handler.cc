// GET /.well-known/oauth-authorization-server, /.well-known/openid-configuration  ->  200 metadata
//
// RFC 8414 and OpenID Connect Discovery 1.0: the same document at both places, with one issuer. It
// names what works, and nothing else.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "functions/shared/oauth/client.h"
#include "functions/shared/oauth/scopes.h"
#include "functions/shared/session/session.h"
#include "host/function/function.h"

namespace function {
namespace {

nlohmann::json Algorithms(host::Context& context) {
  std::vector<std::string> names;
  for (const auto& key : session::PublicKeys(context)) {
    std::string name(session::Name(key.algorithm()));
    if (!oauth::Contains(names, name)) names.push_back(std::move(name));
  }
  return names;
}

}  // namespace

host::Response Handle(const host::Request&, host::Context& context) {
  const std::string issuer = context.config().Text("SESSION_ISSUER");
  const nlohmann::json with_secret = {"client_secret_basic", "client_secret_post"};
  const nlohmann::json all = {"none", "client_secret_basic", "client_secret_post"};
  const auto scopes = oauth::Scopes();
  const nlohmann::json document = {
      {"issuer", issuer},
      {"authorization_endpoint", issuer + "/oauth/authorize"},
      {"token_endpoint", issuer + "/oauth/token"},
      {"revocation_endpoint", issuer + "/oauth/revoke"},
      {"introspection_endpoint", issuer + "/oauth/introspect"},
      {"registration_endpoint", issuer + "/oauth/register"},
      {"device_authorization_endpoint", issuer + "/oauth/device"},
      {"userinfo_endpoint", issuer + "/oauth/userinfo"},
      {"jwks_uri", issuer + "/.well-known/jwks.json"},
      {"scopes_supported", std::vector<std::string>(scopes.begin(), scopes.end())},
      {"response_types_supported", nlohmann::json::array({"code"})},
      {"response_modes_supported", nlohmann::json::array({"query"})},
      {"grant_types_supported",
       {oauth::kAuthorizationCode, oauth::kRefreshToken, oauth::kClientCredentials,
        oauth::kDeviceCode}},
      {"code_challenge_methods_supported", nlohmann::json::array({"S256"})},
      {"token_endpoint_auth_methods_supported", all},
      {"revocation_endpoint_auth_methods_supported", all},
      {"introspection_endpoint_auth_methods_supported", with_secret},
      {"authorization_response_iss_parameter_supported", true},
      {"subject_types_supported", nlohmann::json::array({"public"})},
      {"id_token_signing_alg_values_supported", Algorithms(context)},
      {"claims_supported",
       {"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "preferred_username", "name"}},
      {"prompt_values_supported", {"none", "login", "consent"}},
      {"claims_parameter_supported", false},
      {"request_parameter_supported", false},
      {"request_uri_parameter_supported", false}};
  auto response = host::Response::Json(200, document);
  response.Header("Cache-Control", "public, max-age=300");
  return response;
}

}  // namespace function
