// Issue..., Revoke...: what changes who may come in.

#include <memory>

#include "functions/shared/session/key_files.h"
#include "functions/shared/session/session.h"
#include "functions/shared/session/uuid7.h"

namespace session {
namespace {

// A refusal outlives its token by a minute, so that no clock lets the token outlive the refusal.
constexpr host::Statement kRevokeToken{
    "session.revoke_token",
    "WITH session AS (DELETE FROM sessions WHERE id = $1), "
    "personal AS (DELETE FROM personal_tokens WHERE id = $1) "
    "INSERT INTO revocations (kind, subject, until) "
    "VALUES ('token', $1, to_timestamp($2::bigint) + interval '1 minute')"};

constexpr host::Statement kRevokeGrant{
    "session.revoke_grant",
    "INSERT INTO revocations (kind, subject, until) VALUES "
    "('grant', $1, clock_timestamp() + $2::int * interval '1 second' + interval '1 minute')"};

// As long as the user's longest token could live.
constexpr host::Statement kRevokeUser{
    "session.revoke_user",
    "WITH session AS (DELETE FROM sessions WHERE user_id = $1::bigint), "
    "personal AS (DELETE FROM personal_tokens WHERE user_id = $1::bigint RETURNING expiry) "
    "INSERT INTO revocations (kind, subject, until, epoch_ms) "
    "SELECT 'user', $1::text, greatest(clock_timestamp() + interval '24 hours', max(expiry)) "
    "+ interval '1 minute', ceil(extract(epoch FROM clock_timestamp()) * 1000)::bigint "
    "FROM personal"};

// Nothing for a user who is gone.
constexpr host::Statement kKeep{
    "session.keep",
    "INSERT INTO sessions (id, user_id, creation, expiry, user_agent, network) "
    "SELECT $1, id, to_timestamp($3::bigint / 1000.0), to_timestamp($4::bigint), $5, $6 "
    "FROM users WHERE id = $2::bigint FOR KEY SHARE"};

// Rows whose tokens have all expired; `at` has the index. accounts_service alone may delete them.
constexpr host::Statement kPurge{
    "session.purge_revocations",
    "DELETE FROM revocations WHERE ctid = ANY (ARRAY(SELECT ctid FROM revocations WHERE at < "
    "clock_timestamp() - interval '25 hours' AND until < clock_timestamp() LIMIT 500 "
    "FOR UPDATE SKIP LOCKED))"};

constexpr host::Statement kPurgeSessions{
    "session.purge_sessions",
    "DELETE FROM sessions WHERE id = ANY (ARRAY(SELECT id FROM sessions WHERE expiry < "
    "clock_timestamp() LIMIT 500 FOR UPDATE SKIP LOCKED))"};

// A month after: until then their users see in the list why a program stopped.
constexpr host::Statement kPurgePersonal{
    "session.purge_personal",
    "DELETE FROM personal_tokens WHERE id = ANY (ARRAY(SELECT id FROM personal_tokens WHERE "
    "expiry < clock_timestamp() - interval '30 days' LIMIT 500 FOR UPDATE SKIP LOCKED))"};

struct Signer {
  explicit Signer(const host::Context& context)
      : key(context.config(), context.log()), issuer(context.config().Text("SESSION_ISSUER")) {}
  SigningKey key;
  const std::string issuer;
};

int64_t LifeSeconds(TokenKind kind) {
  return kind == TokenKind::kSession ? kSessionSeconds : kAccessSeconds;
}

// Fills in what all kinds have in common.
void Complete(Claims& claims, TokenKind kind, const std::string& issuer) {
  claims.issuer = issuer;
  claims.issued_s = claims.issued_ms / 1000;
  if (claims.expires_s == 0) claims.expires_s = claims.issued_s + LifeSeconds(kind);
  if (claims.id.empty()) claims.id = MakeUuid7(claims.issued_ms);
  if (claims.audience.empty()) claims.audience = issuer;
}

std::string SignWith(Claims& claims, TokenKind kind, host::Context& context) {
  auto& signer = context.Shared<Signer>([&] { return std::make_shared<Signer>(context); });
  Complete(claims, kind, signer.issuer);
  return Sign(claims, kind, signer.key.Current(context.clock().Steady()));
}

}  // namespace

std::string Issue(const Subject& subject, host::Context& context) {
  Claims claims;
  claims.user_id = subject.user_id;
  claims.username = subject.username;
  claims.scopes = subject.scopes;
  claims.issued_ms = subject.issued_ms;
  auto token = SignWith(claims, TokenKind::kSession, context);
  context.db().All(kKeep, claims.id, claims.user_id, claims.issued_ms, claims.expires_s,
                   subject.user_agent, subject.network);
  return token;
}

std::string IssuePersonal(const PersonalSubject& subject, host::Context& context) {
  Claims claims;
  claims.user_id = subject.user_id;
  claims.username = subject.username;
  claims.scopes = subject.scopes;
  claims.id = subject.id;
  claims.issued_ms = Uuid7Time(subject.id).value();
  claims.expires_s = subject.expires_s;
  return SignWith(claims, TokenKind::kPersonal, context);
}

std::string IssueAccess(const AccessSubject& subject, host::Context& context) {
  Claims claims;
  claims.user_id = subject.user_id;
  claims.username = subject.username;
  claims.scopes = subject.scopes;
  std::erase_if(claims.scopes, [](const std::string& scope) {
    return scope == kAdminScope || scope == kAccountScope;
  });
  claims.issued_ms = subject.issued_ms;
  claims.client_id = subject.client_id;
  claims.grant = subject.grant;
  claims.auth_time_s = subject.auth_time_s;
  return SignWith(claims, TokenKind::kAccess, context);
}

std::string IssueId(const IdSubject& subject, host::Context& context) {
  Claims claims;
  claims.user_id = subject.user_id;
  claims.username = subject.username;
  claims.issued_ms = subject.issued_ms;
  claims.audience = subject.client_id;
  claims.nonce = subject.nonce;
  claims.auth_time_s = subject.auth_time_s;
  return SignWith(claims, TokenKind::kId, context);
}

void RevokeToken(host::db::Database& db, const Identity& identity) {
  db.All(kRevokeToken, identity.jti, identity.expires_s);
}

void RevokeGrant(host::db::Database& db, std::string_view grant_id) {
  db.All(kRevokeGrant, grant_id, kAccessSeconds);
}

void PurgeRevocations(host::db::Database& db) {
  db.All(kPurge);
  db.All(kPurgeSessions);
  db.All(kPurgePersonal);
}

void RevokeUser(host::db::Database& db, int64_t user_id) {
  db.All(kRevokeUser, std::to_string(user_id));
}

}  // namespace session
