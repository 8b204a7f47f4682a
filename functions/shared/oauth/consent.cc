#include "functions/shared/oauth/consent.h"

#include "functions/shared/oauth/scopes.h"

namespace oauth {
namespace {

constexpr host::Statement kHas{"oauth.has_consent",
                               "SELECT 1 FROM oauth_consents WHERE user_id = $1 AND client_id = "
                               "$2 AND scopes @> string_to_array($3, ' ')"};

constexpr host::Statement kRemember{
    "oauth.remember_consent",
    "INSERT INTO oauth_consents AS c (user_id, client_id, scopes) "
    "VALUES ($1, $2, string_to_array($3, ' ')) ON CONFLICT (user_id, client_id) DO UPDATE SET "
    "scopes = ARRAY(SELECT unnest(c.scopes) UNION SELECT unnest(excluded.scopes)), "
    "at = clock_timestamp()"};

}  // namespace

bool HasConsent(host::db::Database& db, int64_t user_id, std::string_view client_id,
                const std::vector<std::string>& scopes) {
  return db.Maybe(kHas, user_id, client_id, Join(scopes)).has_value();
}

void RememberConsent(host::db::Database& db, int64_t user_id, std::string_view client_id,
                     const std::vector<std::string>& scopes) {
  db.All(kRemember, user_id, client_id, Join(scopes));
}

}  // namespace oauth
