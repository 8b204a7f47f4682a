// What the two halves of grants.h share: users as grants see them, refresh tokens as the database
// keeps them. For this package's .cc files.
#pragma once

#include <string_view>

#include "functions/shared/oauth/grants.h"

namespace oauth {

// For SELECT lists with users AS u, FOR SHARE OF u: who deletes the user or ends its sessions
// later has a later epoch than now_ms.
#define OAUTH_USER_COLUMNS                                      \
  "u.username, array_to_string(u.scopes, ' ') AS user_scopes, " \
  "greatest(u.epoch_ms + 1, floor(extract(epoch FROM "          \
  "clock_timestamp()) * 1000)::bigint) AS now_ms"

// From a row of those columns with user_id, scopes and auth_time_s.
Granted GrantedToUser(const host::db::Row& row);

void StoreRefreshToken(host::db::Database& db, std::string_view grant_id, int64_t sequence,
                       std::string_view token);

// Refuses all tokens of the grant. Within a transaction.
void EndGrant(host::db::Database& db, std::string_view grant_id);

}  // namespace oauth
