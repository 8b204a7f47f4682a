#include "functions/shared/oauth/authorize.h"

#include <algorithm>
#include <charconv>

#include "functions/shared/oauth/parameters.h"
#include "functions/shared/oauth/redirect_uri.h"
#include "functions/shared/oauth/scopes.h"
#include "functions/shared/oauth/secrets.h"
#include "functions/shared/session/token.h"
#include "host/function/fields.h"

namespace oauth {
namespace {

constexpr host::Statement kMakeCode{
    "oauth.make_code",
    "INSERT INTO oauth_codes (hash, client_id, user_id, redirect_uri, challenge, scopes, nonce, "
    "auth_time_s) VALUES ($1::bytea, $2, $3, $4, $5, string_to_array($6, ' '), $7, $8)"};

constexpr size_t kMaxNonce = 512;

AuthorizeFault Page(std::string error, std::string description) {
  return {"", std::move(error), std::move(description), ""};
}

// The URI of the request, or "" when the client has none like it.
std::string ChooseRedirectUri(const Client& client, const std::string& asked) {
  if (asked.empty()) return client.redirect_uris.size() == 1 ? client.redirect_uris[0] : "";
  const bool known = std::ranges::any_of(client.redirect_uris, [&](const std::string& registered) {
    return IsSameRedirectUri(registered, asked);
  });
  return known ? asked : "";
}

// base64url of SHA-256: 43 characters.
bool IsChallenge(std::string_view text) {
  return text.size() == 43 && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_';
         });
}

struct Fault {
  const char* error;
  const char* description;
};

// What a client that may be told does wrong.
std::optional<Fault> FaultOf(const Parameters& given, const Client& client) {
  if (given.AnyRepeated()) return Fault{"invalid_request", "A parameter came twice."};
  if (given.Has("request")) return Fault{"request_not_supported", "Send plain parameters."};
  if (given.Has("request_uri")) return Fault{"request_uri_not_supported", "Send parameters."};
  if (!given.Has("response_type")) return Fault{"invalid_request", "response_type is missing."};
  if (given.Get("response_type") != "code") {
    return Fault{"unsupported_response_type", "response_type must be code."};
  }
  if (!client.May(kAuthorizationCode)) {
    return Fault{"unauthorized_client", "The client is not registered for authorization_code."};
  }
  if (given.Has("response_mode") && given.Get("response_mode") != "query") {
    return Fault{"invalid_request", "response_mode must be query."};
  }
  if (!given.Has("code_challenge")) {
    return Fault{"invalid_request", "code_challenge is missing: PKCE (RFC 7636) is required."};
  }
  if (given.Get("code_challenge_method") != "S256") {
    return Fault{"invalid_request", "code_challenge_method must be S256."};
  }
  if (!IsChallenge(given.Get("code_challenge"))) {
    return Fault{"invalid_request", "code_challenge must be 43 characters of base64url."};
  }
  if (given.Get("nonce").size() > kMaxNonce) {
    return Fault{"invalid_request", "nonce must be 512 bytes at most."};
  }
  return std::nullopt;
}

bool ReadPrompt(const std::string& text, AuthorizeRequest& request) {
  const auto words = session::SplitScopes(text);
  for (const std::string& word : words) {
    if (word == "none") {
      request.prompt_none = true;
    } else if (word == "login" || word == "select_account") {
      request.prompt_login = true;
    } else if (word == "consent") {
      request.prompt_consent = true;
    } else {
      return false;
    }
  }
  return !request.prompt_none || words.size() == 1;
}

bool ReadMaxAge(const std::string& text, AuthorizeRequest& request) {
  if (text.empty()) return true;
  uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size()) return false;
  request.max_age_s = seconds;
  return true;
}

std::string Redirect(const std::string& uri, const std::string& first, const std::string& state,
                     std::string_view issuer) {
  std::string location = uri + (uri.find('?') == std::string::npos ? '?' : '&') + first;
  if (!state.empty()) location += "&state=" + host::EncodeComponent(state);
  return location + "&iss=" + host::EncodeComponent(issuer);
}

}  // namespace

std::expected<AuthorizeRequest, AuthorizeFault> CheckAuthorize(std::string_view query_string,
                                                               host::db::Database& db) {
  const auto given = Parameters::Parse(query_string);
  if (!given) return std::unexpected(Page("invalid_request", "The request cannot be read."));
  if (!given->Has("client_id") || given->Repeated("client_id")) {
    return std::unexpected(Page("invalid_request", "The request must name one client_id."));
  }
  auto client = FindClient(db, given->Get("client_id"));
  if (!client) return std::unexpected(Page("invalid_client", "There is no such client."));
  const std::string redirect_uri =
      given->Repeated("redirect_uri") ? "" : ChooseRedirectUri(*client, given->Get("redirect_uri"));
  if (redirect_uri.empty()) {
    return std::unexpected(
        Page("invalid_request", "The redirect_uri is not one that this client registered."));
  }

  AuthorizeRequest request;
  request.client = *std::move(client);
  request.redirect_uri = redirect_uri;
  request.state = given->Repeated("state") ? "" : given->Get("state");
  request.challenge = given->Get("code_challenge");
  request.nonce = given->Get("nonce");
  request.login_hint = given->Get("login_hint");
  request.may_remember = !IsOnDevice(redirect_uri);
  if (const auto fault = FaultOf(*given, request.client)) {
    return std::unexpected(Refuse(request, fault->error, fault->description));
  }
  if (!ReadPrompt(given->Get("prompt"), request)) {
    return std::unexpected(Refuse(request, "invalid_request",
                                  "prompt must be none, or some of login, consent, "
                                  "select_account."));
  }
  if (!ReadMaxAge(given->Get("max_age"), request)) {
    return std::unexpected(Refuse(request, "invalid_request", "max_age must be seconds."));
  }
  request.scopes = given->Has("scope") ? Choose(given->Get("scope"), request.client.scopes)
                                       : request.client.scopes;
  if (request.scopes.empty()) {
    return std::unexpected(
        Refuse(request, "invalid_scope", "The client may have none of these scopes."));
  }
  return request;
}

AuthorizeFault Refuse(const AuthorizeRequest& request, std::string error, std::string description) {
  return {request.redirect_uri, std::move(error), std::move(description), request.state};
}

std::string CodeRedirect(const AuthorizeRequest& request, std::string_view code,
                         std::string_view issuer) {
  return Redirect(request.redirect_uri, "code=" + host::EncodeComponent(code), request.state,
                  issuer);
}

std::string ErrorRedirect(const AuthorizeFault& fault, std::string_view issuer) {
  return Redirect(fault.redirect_uri,
                  "error=" + host::EncodeComponent(fault.error) +
                      "&error_description=" + host::EncodeComponent(fault.description),
                  fault.state, issuer);
}

std::string MakeCode(host::db::Database& db, const CodeGrant& grant) {
  std::string code = RandomToken();
  db.All(kMakeCode, host::db::Bytes(Hash(code)), grant.client_id, grant.user_id, grant.redirect_uri,
         grant.challenge, Join(grant.scopes), grant.nonce, grant.auth_time_s);
  return code;
}

}  // namespace oauth
