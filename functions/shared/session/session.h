// Who sends a request: bearer tokens (RFC 6750) checked in this process, with keys from files and a
// deny list that is read at most about once a second.
//
//   const auto caller = session::Caller(request, context);
//   if (!caller) return host::Response::From(caller.error());
//
// Session, access and personal tokens come in; id tokens never do. The manifest's scope is what a
// token needs, and this is the one place where that is enforced; "" takes every token of a user.
// Two scopes are a session token's alone, whatever others claim (docs/decisions/0013):
// "account", which every session has and no token writes down, for what only the user itself may do
// with its account; and "admin", which a session has when the operator gave it to the user.
// Refused tokens are heard of within one second of the COMMIT that refused them: see DenyList.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "functions/shared/session/token.h"
#include "host/base/result.h"
#include "host/db/database.h"
#include "host/function/context.h"
#include "host/function/request.h"

namespace session {

struct Identity {
  int64_t user_id = 0;  // 0: a client for itself, which only CheckToken returns
  std::string username;
  std::vector<std::string> scopes;
  std::string jti;
  int64_t expires_s = 0;  // Unix time
  TokenKind kind = TokenKind::kSession;
  std::string client_id{};  // of an access token, else ""
  std::string grant{};      // OAuth grant of an access token, "" for none
  int64_t issued_s = 0;

  bool Has(std::string_view scope) const;  // as above: "account" and "admin" are a session's
};

// 401 with WWW-Authenticate, without an error code when no token was sent. 403 when the scope is
// not among the token's, or when a client without a user sends it. 503 for methods other than GET
// and HEAD when it is not known which tokens are refused (the database is away for ten seconds).
// Needs "session_public_keys" and a database in function.json.
host::Result<Identity> Caller(const host::Request& request, host::Context& context);

// As Caller, without the deny list: for a handler whose repeated request must get the first answer,
// although that answer has refused the token. Such a handler asks repeat::Find first, then Caller.
host::Result<Identity> Signed(const host::Request& request, host::Context& context);

// Any session, access or personal token, the deny list included, scopes aside: for introspection
// and revocation. 401 as InvalidToken(), or 503 when it is not known which tokens are refused.
host::Result<Identity> CheckToken(std::string_view token, host::Context& context);

// The keys that tokens are checked with, but for shared secrets: what others may know.
std::vector<Key> PublicKeys(host::Context& context);

// The 401 of Caller for a token that is no good: for a handler that finds its user gone.
host::Problem InvalidToken();

// A new session token of 24 h for a user that has just proved to be one. `issued_ms` is the
// database's time while the user's row was locked: who deletes the user or changes the password
// later has a later epoch, whatever this machine's clock says. Needs "session_private_key" and
// "accounts_database": the session is kept for its user to see. Returns the token alone, without
// "Bearer ".
struct Subject {
  int64_t user_id = 0;
  std::string username;
  std::vector<std::string> scopes;
  int64_t issued_ms = 0;
  std::string user_agent{};  // at most 200 characters of printable ASCII
  std::string network{};     // accounts::NetworkOf of the client
};
std::string Issue(const Subject& subject, host::Context& context);

// An access token of 15 min (RFC 9068) for an OAuth client, on behalf of a user, or for the client
// itself: user_id 0, username "". The scopes "admin" and "account" are left out. issued_ms as
// above.
struct AccessSubject {
  int64_t user_id = 0;
  std::string username;
  std::vector<std::string> scopes;
  int64_t issued_ms = 0;
  std::string client_id;    // never a number
  std::string grant;        // RevokeGrant ends all tokens of it; "" for none
  int64_t auth_time_s = 0;  // when the user logged in, 0 when nobody did
};
std::string IssueAccess(const AccessSubject& subject, host::Context& context);

// An id_token of 15 min (OpenID Connect Core, section 2).
struct IdSubject {
  int64_t user_id = 0;
  std::string username;
  int64_t issued_ms = 0;
  std::string client_id;
  std::string nonce;  // the authorization request's, "" for none
  int64_t auth_time_s = 0;
};
std::string IssueId(const IdSubject& subject, host::Context& context);

// A personal token, which stands in personal_tokens already. `id` is its jti there, a UUIDv7 of the
// time at which it was made.
struct PersonalSubject {
  int64_t user_id = 0;
  std::string username;
  std::vector<std::string> scopes;
  std::string id;
  int64_t expires_s = 0;
};
std::string IssuePersonal(const PersonalSubject& subject, host::Context& context);

// Refuse one token, all tokens that a user has until now, or all access tokens of an OAuth grant;
// heard everywhere within a second of the COMMIT. Sessions and personal tokens that end leave their
// user's lists.
void RevokeToken(host::db::Database& db, const Identity& identity);
void RevokeGrant(host::db::Database& db, std::string_view grant_id);
void RevokeUser(host::db::Database& db, int64_t user_id);
// Removes some rows (of sessions and personal tokens too) whose tokens have expired: now and then,
// outside of transactions.
void PurgeRevocations(host::db::Database& db);

}  // namespace session
