// Clients for tests, put into the database that all servers of a test program share.
#pragma once

#include <functional>
#include <string>

#include "functions/shared/accounts/testing/server.h"
#include "functions/shared/oauth/client.h"

namespace oauth::testing {

inline constexpr char kSecret[] = "secret-of-256-random-bits-in-base64url-0123";

// A public client that may do all that one may, with two redirect URIs: https://app.example/back
// and http://127.0.0.1/back.
Client PublicClient();
// The same with kSecret, and with client credentials.
Client ConfidentialClient();

// Writes it to the database under a new id, and returns it.
Client Add(Client client);

// Runs `work` with a database, as a handler would.
void WithDatabase(const std::function<void(host::db::Database&)>& work);

// RFC 7636, appendix B.
inline constexpr char kVerifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline constexpr char kChallenge[] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

}  // namespace oauth::testing
