// How grants go on and end: Refresh, RevokeRefreshToken, RevokeApp.

#include "functions/shared/oauth/family.h"

#include <algorithm>

#include "functions/shared/oauth/scopes.h"
#include "functions/shared/oauth/secrets.h"
#include "functions/shared/session/session.h"
#include "functions/shared/session/token.h"

namespace oauth {
namespace {

// Requests with tokens of one family come one after the other.
constexpr host::Statement kLock{
    "oauth.lock_family",
    "SELECT client_id FROM oauth_grants WHERE id = "
    "(SELECT grant_id FROM oauth_refresh_tokens WHERE hash = $1::bytea) FOR UPDATE"};

#define EXPIRES "least(g.creation + interval '90 days', t.issued + interval '30 days')"
#define FAMILY                                                            \
  "FROM oauth_refresh_tokens t JOIN oauth_grants g ON g.id = t.grant_id " \
  "JOIN users u ON u.id = g.user_id WHERE t.hash = $1::bytea "
#define OUTDATED "floor(extract(epoch FROM g.creation) * 1000) <= u.epoch_ms"

constexpr host::Statement kRead{
    "oauth.read_family",
    "SELECT g.id AS grant_id, g.user_id, array_to_string(g.scopes, ' ') AS scopes, "
    "g.auth_time_s, g.seed, g.sequence AS newest, t.sequence, " OAUTH_USER_COLUMNS
    ", g.revoked IS NOT NULL OR " OUTDATED
    " OR g.creation <= clock_timestamp() - interval '90 days' AS ended, "
    "t.issued <= clock_timestamp() - interval '30 days' AS idle, "
    "coalesce(t.used > clock_timestamp() - interval '30 seconds', false) AS just_used " FAMILY
    "FOR SHARE OF u"};

constexpr host::Statement kInspect{
    "oauth.inspect_family",
    "SELECT g.client_id, g.user_id, u.username, array_to_string(g.scopes, ' ') AS scopes, "
    "floor(extract(epoch FROM t.issued))::bigint AS issued_s, "
    "floor(extract(epoch FROM " EXPIRES "))::bigint AS expires_s " FAMILY
    "AND t.sequence = g.sequence AND g.revoked IS NULL AND NOT " OUTDATED " AND " EXPIRES
    " > clock_timestamp()"};

#undef OUTDATED
#undef FAMILY
#undef EXPIRES

constexpr host::Statement kUse{
    "oauth.use_refresh_token",
    "UPDATE oauth_refresh_tokens SET used = clock_timestamp() WHERE hash = $1::bytea"};

constexpr host::Statement kGoOn{
    "oauth.go_on",
    "UPDATE oauth_grants SET sequence = $2, last_use = clock_timestamp() WHERE id = $1"};

constexpr host::Statement kStore{
    "oauth.store_refresh_token",
    "INSERT INTO oauth_refresh_tokens (hash, grant_id, sequence) VALUES ($1::bytea, $2, $3)"};

constexpr host::Statement kEnd{
    "oauth.end_grant",
    "UPDATE oauth_grants SET revoked = clock_timestamp() WHERE id = $1 AND revoked IS NULL"};

constexpr host::Statement kFamilyOf{
    "oauth.family_of", "SELECT grant_id FROM oauth_refresh_tokens WHERE hash = $1::bytea"};

constexpr host::Statement kForgetConsent{
    "oauth.forget_consent", "DELETE FROM oauth_consents WHERE user_id = $1 AND client_id = $2"};
constexpr host::Statement kForgetCodes{
    "oauth.forget_codes", "DELETE FROM oauth_codes WHERE user_id = $1 AND client_id = $2"};
constexpr host::Statement kForgetDevices{
    "oauth.forget_devices", "DELETE FROM oauth_device_codes WHERE user_id = $1 AND client_id = $2"};
constexpr host::Statement kEndAll{
    "oauth.end_grants",
    "UPDATE oauth_grants SET revoked = clock_timestamp() "
    "WHERE user_id = $1 AND client_id = $2 AND revoked IS NULL RETURNING id"};

// A grant without refresh tokens is over when its access token is.
constexpr host::Statement kPurgeGrants{
    "oauth.purge_grants",
    "DELETE FROM oauth_grants WHERE id = ANY (ARRAY(SELECT id FROM oauth_grants "
    "WHERE last_use < clock_timestamp() - interval '1 day' AND (sequence = 0 "
    "OR revoked < clock_timestamp() - interval '1 day' "
    "OR last_use < clock_timestamp() - interval '30 days' "
    "OR creation < clock_timestamp() - interval '90 days') LIMIT 100 FOR UPDATE SKIP LOCKED))"};

#define OLD "WHERE creation < clock_timestamp() - interval '1 day' LIMIT 500 FOR UPDATE SKIP LOCKED"
constexpr host::Statement kPurgeCodes{
    "oauth.purge_codes",
    "DELETE FROM oauth_codes WHERE hash = ANY (ARRAY(SELECT hash FROM oauth_codes " OLD "))"};
constexpr host::Statement kPurgeDevices{"oauth.purge_devices",
                                        "DELETE FROM oauth_device_codes WHERE hash = "
                                        "ANY (ARRAY(SELECT hash FROM oauth_device_codes " OLD "))"};
#undef OLD

std::unexpected<GrantFault> Invalid(const char* description) {
  return std::unexpected(GrantFault{"invalid_grant", description});
}

// All words of `asked` must be among `granted` (RFC 6749, section 6).
bool IsWithin(std::string_view asked, const std::vector<std::string>& granted) {
  return std::ranges::all_of(session::SplitScopes(asked),
                             [&](const auto& word) { return Contains(granted, word); });
}

}  // namespace

Granted GrantedToUser(const host::db::Row& row) {
  Granted granted;
  granted.user_id = row.Integer("user_id");
  granted.username = row.Text("username");
  granted.auth_time_s = row.Integer("auth_time_s");
  granted.issued_ms = row.Integer("now_ms");
  granted.scopes = session::SplitScopes(row.Text("scopes"));
  const auto held = session::SplitScopes(row.Text("user_scopes"));
  std::erase_if(granted.scopes, [&](const std::string& scope) {
    return !IsOfProtocol(scope) && !Contains(held, scope);
  });
  return granted;
}

void StoreRefreshToken(host::db::Database& db, std::string_view grant_id, int64_t sequence,
                       std::string_view token) {
  db.All(kStore, host::db::Bytes(Hash(token)), grant_id, sequence);
}

void EndGrant(host::db::Database& db, std::string_view grant_id) {
  if (db.All(kEnd, grant_id).affected() > 0) session::RevokeGrant(db, grant_id);
}

GrantResult Refresh(host::db::Database& db, const Client& client, std::string_view refresh_token,
                    std::string_view scope) {
  const auto hash = host::db::Bytes(Hash(refresh_token));
  return db.InTransaction([&]() -> GrantResult {
    const auto lock = db.Maybe(kLock, hash);
    if (!lock || lock->Text("client_id") != client.id) {
      return Invalid("The refresh_token is unknown, or of another client.");
    }
    const auto row = db.Maybe(kRead, hash);
    if (!row || row->Bool("ended")) return Invalid("The refresh_token was ended.");
    const int64_t sequence = row->Integer("sequence");
    const int64_t newest = row->Integer("newest");
    const bool first = sequence == newest;
    if (!first && !(sequence == newest - 1 && row->Bool("just_used"))) {
      EndGrant(db, row->Text("grant_id"));
      return Invalid("The refresh_token was used before: all of its family are refused now.");
    }
    if (first && row->Bool("idle")) return Invalid("The refresh_token was not used for 30 days.");
    Granted granted = GrantedToUser(*row);
    if (!IsWithin(scope, granted.scopes)) {
      return std::unexpected(GrantFault{"invalid_scope", "A scope was not granted."});
    }
    if (!scope.empty()) granted.scopes = Choose(scope, granted.scopes);
    granted.grant_id = row->Text("grant_id");
    granted.refresh_token = Successor(row->Bytes("seed"), refresh_token);
    if (first) {
      db.All(kUse, hash);
      db.All(kGoOn, granted.grant_id, sequence + 1);
      StoreRefreshToken(db, granted.grant_id, sequence + 1, granted.refresh_token);
    }
    return granted;
  });
}

Revoked RevokeRefreshToken(host::db::Database& db, const Client& client,
                           std::string_view refresh_token) {
  const auto hash = host::db::Bytes(Hash(refresh_token));
  return db.InTransaction([&] {
    const auto lock = db.Maybe(kLock, hash);
    if (!lock) return Revoked::kUnknown;
    if (lock->Text("client_id") != client.id) return Revoked::kOfAnother;
    EndGrant(db, db.One(kFamilyOf, hash).Text("grant_id"));
    return Revoked::kDone;
  });
}

std::optional<RefreshInfo> InspectRefreshToken(host::db::Database& db,
                                               std::string_view refresh_token) {
  const auto row = db.Maybe(kInspect, host::db::Bytes(Hash(refresh_token)));
  if (!row) return std::nullopt;
  return RefreshInfo{std::string(row->Text("client_id")),
                     row->Integer("user_id"),
                     std::string(row->Text("username")),
                     session::SplitScopes(row->Text("scopes")),
                     row->Integer("issued_s"),
                     row->Integer("expires_s")};
}

bool RevokeApp(host::db::Database& db, int64_t user_id, std::string_view client_id) {
  // Codes before grants: a code that is being exchanged is waited for, and its grant is seen then.
  int64_t found = db.All(kForgetConsent, user_id, client_id).affected();
  found += db.All(kForgetCodes, user_id, client_id).affected();
  found += db.All(kForgetDevices, user_id, client_id).affected();
  for (const auto row : db.All(kEndAll, user_id, client_id)) {
    session::RevokeGrant(db, row.Text("id"));
    ++found;
  }
  return found > 0;
}

void PurgeGrants(host::db::Database& db) {
  db.All(kPurgeGrants);
  db.All(kPurgeCodes);
  db.All(kPurgeDevices);
  PurgeClients(db);
}

}  // namespace oauth
