// Issue, RevokeToken, RevokeUser: what changes who may come in.

#include <memory>

#include "functions/shared/session/key_files.h"
#include "functions/shared/session/session.h"
#include "functions/shared/session/uuid7.h"

namespace session {
namespace {

// A refusal outlives its token by a minute, so that no clock lets the token outlive the refusal.
constexpr host::Statement kRevokeToken{
    "session.revoke_token",
    "INSERT INTO revocations (kind, subject, until) "
    "VALUES ('token', $1, to_timestamp($2::bigint) + interval '1 minute')"};

constexpr host::Statement kRevokeUser{
    "session.revoke_user",
    "INSERT INTO revocations (kind, subject, until, epoch_ms) "
    "VALUES ('user', $1, clock_timestamp() + interval '24 hours 1 minute', "
    "ceil(extract(epoch FROM clock_timestamp()) * 1000)::bigint)"};

// Rows whose tokens have all expired; `at` has the index. accounts_service alone may delete them.
constexpr host::Statement kPurge{
    "session.purge_revocations",
    "DELETE FROM revocations WHERE ctid = ANY (ARRAY(SELECT ctid FROM revocations WHERE at < "
    "clock_timestamp() - interval '25 hours' AND until < clock_timestamp() LIMIT 500 "
    "FOR UPDATE SKIP LOCKED))"};

struct Signer {
  explicit Signer(const host::Context& context)
      : key(context.config(), context.log()), issuer(context.config().Text("SESSION_ISSUER")) {}
  SigningKey key;
  const std::string issuer;
};

}  // namespace

std::string Issue(const Subject& subject, host::Context& context) {
  auto& signer = context.Shared<Signer>([&] { return std::make_shared<Signer>(context); });
  const int64_t issued_s = subject.issued_ms / 1000;
  return Sign({signer.issuer, subject.user_id, subject.username, subject.scopes, issued_s,
               issued_s + kSessionSeconds, MakeUuid7(subject.issued_ms), subject.issued_ms},
              TokenKind::kSession, signer.key.Current(context.clock().Steady()));
}

void RevokeToken(host::db::Database& db, const Identity& identity) {
  db.All(kRevokeToken, identity.jti, identity.expires_s);
}

void PurgeRevocations(host::db::Database& db) { db.All(kPurge); }

void RevokeUser(host::db::Database& db, int64_t user_id) {
  db.All(kRevokeUser, std::to_string(user_id));
}

}  // namespace session
