// Who sends a request: bearer tokens (RFC 6750) checked in this process, with keys from files and a
// deny list that is read at most about once a second.
//
//   const auto caller = session::Caller(request, context);
//   if (!caller) return host::Response::From(caller.error());
//
// The manifest's scope is what a token needs; "" takes every session token. Refused tokens are
// heard of within one second of the COMMIT that refused them: see DenyList.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/base/result.h"
#include "host/db/database.h"
#include "host/function/context.h"
#include "host/function/request.h"

namespace session {

struct Identity {
  int64_t user_id = 0;
  std::string username;
  std::vector<std::string> scopes;
  std::string jti;
  int64_t expires_s = 0;  // Unix time

  bool Has(std::string_view scope) const;
};

// 401 with WWW-Authenticate, without an error code when no token was sent. 403 when the scope is
// not among the token's. 503 for methods other than GET and HEAD when it is not known which tokens
// are refused (the database is away for ten seconds). Needs "session_public_keys" and a database in
// function.json.
host::Result<Identity> Caller(const host::Request& request, host::Context& context);

// As Caller, without the deny list: for a handler whose repeated request must get the first answer,
// although that answer has refused the token. Such a handler asks repeat::Find first, then Caller.
host::Result<Identity> Signed(const host::Request& request, host::Context& context);

// The 401 of Caller for a token that is no good: for a handler that finds its user gone.
host::Problem InvalidToken();

// A new session token of 24 h for a user that has just proved to be one. `issued_ms` is the
// database's time while the user's row was locked: who deletes the user or changes the password
// later has a later epoch, whatever this machine's clock says. Needs "session_private_key". Returns
// the token alone, without "Bearer ".
struct Subject {
  int64_t user_id = 0;
  std::string username;
  std::vector<std::string> scopes;
  int64_t issued_ms = 0;
};
std::string Issue(const Subject& subject, host::Context& context);

// Refuse one token, or all tokens that a user has until now; heard everywhere within a second of
// the COMMIT.
void RevokeToken(host::db::Database& db, const Identity& identity);
void RevokeUser(host::db::Database& db, int64_t user_id);
// Removes some rows whose tokens have expired: now and then, outside of transactions.
void PurgeRevocations(host::db::Database& db);

}  // namespace session
