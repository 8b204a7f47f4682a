// What users have allowed clients before: so that they are asked once, and can take it back.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/db/database.h"

namespace oauth {

// Whether the user allowed this client all of these scopes before. Only for requests that
// may_remember.
bool HasConsent(host::db::Database& db, int64_t user_id, std::string_view client_id,
                const std::vector<std::string>& scopes);
// Adds the scopes to those that were allowed before.
void RememberConsent(host::db::Database& db, int64_t user_id, std::string_view client_id,
                     const std::vector<std::string>& scopes);

}  // namespace oauth
