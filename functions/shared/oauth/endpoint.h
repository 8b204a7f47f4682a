// What the endpoints that clients themselves call have in common: who calls, and how answers look
// (RFC 6749, sections 2.3, 5.1 and 5.2). Errors are not problem+json here: clients read `error`.
#pragma once

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "functions/shared/oauth/client.h"
#include "functions/shared/oauth/parameters.h"
#include "host/function/request.h"
#include "host/function/response.h"

namespace oauth {

// No cache keeps it.
host::Response Answer(int status, const nlohmann::json& body);
host::Response Error(int status, std::string_view error, std::string_view description);

// The form of a POST, or 400 invalid_request.
std::expected<Parameters, host::Response> ReadForm(const host::Request& request);

// The client that sends the request: by HTTP Basic, by client_id and client_secret of the form, or,
// for public clients, by client_id alone. A confidential client may use either way, whichever it
// registered: several libraries have only one. 401 invalid_client, the same for an unknown client
// as for a wrong secret.
std::expected<Client, host::Response> Authenticate(const host::Request& request,
                                                   const Parameters& form, host::db::Database& db);

}  // namespace oauth
