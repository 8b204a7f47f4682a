// What a user may ask of a personal access token.
#pragma once

#include <cstdint>
#include <string>

#include "functions/shared/session/session.h"
#include "host/base/result.h"
#include "host/function/request.h"

namespace accounts {

inline constexpr int64_t kMostTokens = 100;  // of one user

struct TokenRequest {
  std::string name;    // 1 to 100 code points
  std::string scopes;  // with spaces between them, each once
  int64_t days = 90;   // 1 to session::kPersonalMaxDays
};

// Every broken rule is listed. Scopes: thoughts:read, thoughts:write, profile, as far as the
// session has them.
host::Result<TokenRequest> ParseTokenRequest(const host::Request& request,
                                             const session::Identity& caller);

}  // namespace accounts
