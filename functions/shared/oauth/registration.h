// What a client may register (RFC 7591). Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "functions/shared/oauth/client.h"

namespace oauth {

struct RegistrationFault {
  std::string error;        // "invalid_redirect_uri" or "invalid_client_metadata"
  std::string description;  // ASCII, for developers
};

// A client without id and secret, from a JSON object of client metadata; unknown members are
// ignored. Defaults are the RFC's, but for grant_types: who says nothing may refresh as well, since
// a mobile app that cannot would ask its user to log in each quarter of an hour. The scope admin
// is never among the scopes.
std::expected<Client, RegistrationFault> ParseRegistration(std::string_view json);

}  // namespace oauth
