// Grants: what became tokens. Each is a family of refresh tokens (RFC 6749, section 1.5, rotated as
// RFC 9700, section 4.14.2 has it), begun by a code or a device code.
//
// A client may lose an answer and ask again, and NGINX asks again when a worker dies; neither may
// cost the user its log-in. So:
// - A refresh token that comes again within 30 seconds gets the same successor, until that is used.
// - A code that comes again in the same request (NGINX's id, or the client's Idempotency-Key) gets
//   the same refresh token.
// Later, they can only be somebody's copies: all tokens of the grant are refused from then on.
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

// What tokens are made of.
struct Granted {
  std::string grant_id;
  int64_t user_id = 0;
  std::string username;
  std::vector<std::string> scopes;  // those of the grant that the user still has
  int64_t issued_ms = 0;            // the database's time while the user's row is locked
  int64_t auth_time_s = 0;
  std::string nonce;          // of a code, "" for none
  std::string refresh_token;  // "" for none
};

struct GrantFault {
  std::string error;        // of RFC 6749, section 5.2, or RFC 8628, section 3.5
  std::string description;  // ASCII, for developers
};
using GrantResult = std::expected<Granted, GrantFault>;

// `request_key`: host::Request::key(). `redirect_uri` may be "": PKCE does its work (OAuth 2.1).
struct CodeExchange {
  std::string code;
  std::string verifier;
  std::string redirect_uri;
  std::string request_key;
};
GrantResult ExchangeCode(host::db::Database& db, const Client& client, const CodeExchange& given);

// authorization_pending and slow_down until the user decided.
GrantResult PollDevice(host::db::Database& db, const Client& client, std::string_view device_code,
                       std::string_view request_key);

// `scope`: fewer than were granted, or "" for all.
GrantResult Refresh(host::db::Database& db, const Client& client, std::string_view refresh_token,
                    std::string_view scope);

// Ends the grant of a refresh token, used or not, when it is the client's.
enum class Revoked { kDone, kUnknown, kOfAnother };
Revoked RevokeRefreshToken(host::db::Database& db, const Client& client,
                           std::string_view refresh_token);

// A refresh token that would be taken now.
struct RefreshInfo {
  std::string client_id;
  int64_t user_id = 0;
  std::string username;
  std::vector<std::string> scopes;
  int64_t issued_s = 0, expires_s = 0;
};
std::optional<RefreshInfo> InspectRefreshToken(host::db::Database& db,
                                               std::string_view refresh_token);

// Takes back all that the user allowed the client: consent, codes and refresh tokens at once,
// access tokens within a second. Within a transaction. False when there was nothing.
bool RevokeApp(host::db::Database& db, int64_t user_id, std::string_view client_id);

// Removes some rows that can become no token any more: now and then, outside of transactions.
void PurgeGrants(host::db::Database& db);

}  // namespace oauth
