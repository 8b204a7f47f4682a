// The authorization request (RFC 6749, section 4.1.1, with RFC 7636, 9207 and OpenID Connect
// 3.1.2.1): checked, and answered by redirect.
//
//   const auto asked = oauth::CheckAuthorize(request.query_string(), context.db());
//   if (!asked) return asked.error().redirect_uri.empty() ? ErrorPage(asked.error()) :
//       Redirect(oauth::ErrorRedirect(asked.error(), issuer));
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/shared/oauth/client.h"
#include "host/db/database.h"

namespace oauth {

struct AuthorizeRequest {
  Client client;
  std::string redirect_uri;         // as the request has it; it is one of the client's
  std::vector<std::string> scopes;  // what it may ask for of what it asked; never empty
  std::string state;                // "" for none
  std::string challenge;            // code_challenge, S256
  std::string nonce;                // "" for none
  std::string login_hint;           // "" for none
  bool prompt_none = false;         // answer without a page, or with an error
  bool prompt_login = false;        // log in, although somebody is logged in
  bool prompt_consent = false;      // ask, although it was consented to before
  std::optional<int64_t> max_age_s;
  // Whether a consent that was given before may be taken for this one: HasConsent.
  bool may_remember = false;
};

// What is wrong. With an empty redirect_uri it is for the user's eyes alone, on a page: the request
// may come from anyone, and sending the browser on would help them (RFC 9700, section 4.11).
struct AuthorizeFault {
  std::string redirect_uri;
  std::string error;        // of RFC 6749, section 4.1.2.1
  std::string description;  // ASCII, for developers
  std::string state;
};

std::expected<AuthorizeRequest, AuthorizeFault> CheckAuthorize(std::string_view query_string,
                                                               host::db::Database& db);

// A fault of a request that was good so far: access_denied, login_required, ...
AuthorizeFault Refuse(const AuthorizeRequest& request, std::string error, std::string description);

// Location values. Both carry `iss` (RFC 9207).
std::string CodeRedirect(const AuthorizeRequest& request, std::string_view code,
                         std::string_view issuer);
std::string ErrorRedirect(const AuthorizeFault& fault, std::string_view issuer);

// What a user consented to. The code is good for 60 seconds, once, for that client alone.
struct CodeGrant {
  std::string client_id;
  int64_t user_id = 0;
  std::string redirect_uri;
  std::string challenge;
  std::vector<std::string> scopes;
  std::string nonce;
  int64_t auth_time_s = 0;  // when the user logged in
};
std::string MakeCode(host::db::Database& db, const CodeGrant& grant);

}  // namespace oauth
