#include "functions/shared/bridge/bridged.h"

#include <openssl/evp.h>

#include <array>
#include <memory>
#include <stdexcept>

#include "functions/shared/session/key_files.h"
#include "functions/shared/session/token.h"
#include "functions/shared/session/uuid7.h"

namespace bridge {
namespace {

constexpr host::Statement kFind{
    "session_bridge.find",
    "SELECT b.ended, coalesce(b.expiry > clock_timestamp(), false) AS live, b.session_id, "
    "b.user_id, ceil(extract(epoch FROM b.expiry))::bigint AS expires_s, u.username, "
    "array_to_string(u.scopes, ' ') AS scopes "
    "FROM bridged_sessions b LEFT JOIN users u ON u.id = b.user_id WHERE b.old_hash = $1"};

// Imported users alone: a stranger may sign up here by a name that the old site has too.
constexpr host::Statement kUser{
    "session_bridge.user",
    "SELECT id, username, array_to_string(scopes, ' ') AS scopes, greatest(epoch_ms + 1, "
    "floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS now_ms FROM users "
    "WHERE username_key = name_key($1) AND username = normalize($1, NFC) "
    "AND EXISTS (SELECT FROM imported_users i WHERE i.user_id = users.id) FOR SHARE"};

constexpr host::Statement kBegin{
    "session_bridge.begin",
    "INSERT INTO bridged_sessions AS b (old_hash, user_id, session_id, expiry) "
    "VALUES ($1, $2, $3, to_timestamp($4::bigint)) ON CONFLICT (old_hash) DO UPDATE SET "
    "user_id = excluded.user_id, session_id = excluded.session_id, expiry = excluded.expiry "
    "WHERE NOT b.ended AND (b.session_id IS NULL OR b.expiry <= clock_timestamp()) "
    "RETURNING session_id"};

// As session::Issue keeps its own: for its user to see, and to end.
constexpr host::Statement kKeep{
    "session_bridge.keep",
    "INSERT INTO sessions (id, user_id, creation, expiry, user_agent, network) "
    "VALUES ($1, $2, to_timestamp($3::bigint / 1000.0), to_timestamp($4::bigint), $5, $6)"};

constexpr host::Statement kRemember{
    "session_bridge.remember",
    "INSERT INTO bridged_sessions (old_hash) VALUES ($1) ON CONFLICT DO NOTHING"};

constexpr host::Statement kPurge{
    "session_bridge.purge",
    "DELETE FROM bridged_sessions WHERE old_hash = ANY (ARRAY(SELECT old_hash FROM "
    "bridged_sessions WHERE session_id IS NULL AND seen < clock_timestamp() - interval '1 day' "
    "LIMIT 500 FOR UPDATE SKIP LOCKED))"};

struct Signer {
  explicit Signer(const host::Context& context)
      : key(context.config(), context.log()), issuer(context.config().Text("SESSION_ISSUER")) {}
  session::SigningKey key;
  const std::string issuer;
};

int64_t ExpiryOf(const session::Subject& subject) {
  return subject.issued_ms / 1000 + session::kSessionSeconds;
}

}  // namespace

std::string HashOf(std::string_view number) {
  std::array<unsigned char, 32> digest{};
  if (EVP_Digest(number.data(), number.size(), digest.data(), nullptr, EVP_sha256(), nullptr) !=
      1) {
    throw std::runtime_error("SHA-256 failed");
  }
  std::string text;
  for (const unsigned char byte : digest) {
    constexpr char kDigits[] = "0123456789abcdef";
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::optional<Bridged> Find(host::db::Database& db, const std::string& hash) {
  const auto row = db.Maybe(kFind, hash);
  if (!row) return std::nullopt;
  Bridged found{.ended = row->Text("ended") == "t", .live = row->Text("live") == "t"};
  if (!found.live) return found;
  found.session_id = row->Text("session_id");
  found.expires_s = row->Integer("expires_s");
  found.subject = {.user_id = row->Integer("user_id"),
                   .username = std::string(row->Text("username")),
                   .scopes = session::SplitScopes(row->Text("scopes")),
                   .issued_ms = session::Uuid7Time(found.session_id).value()};
  return found;
}

std::optional<session::Subject> UserOf(host::db::Database& db, std::string_view old_username) {
  const auto row = db.Maybe(kUser, old_username);
  if (!row) return std::nullopt;
  return session::Subject{.user_id = row->Integer("id"),
                          .username = std::string(row->Text("username")),
                          .scopes = session::SplitScopes(row->Text("scopes")),
                          .issued_ms = row->Integer("now_ms")};
}

void Begin(const std::string& hash, const session::Subject& subject, host::Context& context) {
  const std::string id = session::MakeUuid7(subject.issued_ms);
  auto& db = context.db();
  if (!db.Maybe(kBegin, hash, subject.user_id, id, ExpiryOf(subject))) return;
  db.All(kKeep, id, subject.user_id, subject.issued_ms, ExpiryOf(subject), subject.user_agent,
         subject.network);
}

std::string TokenOf(const Bridged& known, host::Context& context) {
  auto& signer = context.Shared<Signer>([&] { return std::make_shared<Signer>(context); });
  const session::Claims claims{.issuer = signer.issuer,
                               .user_id = known.subject.user_id,
                               .username = known.subject.username,
                               .scopes = known.subject.scopes,
                               .issued_s = known.subject.issued_ms / 1000,
                               .expires_s = known.expires_s,
                               .id = known.session_id,
                               .issued_ms = known.subject.issued_ms};
  return session::Sign(claims, session::TokenKind::kSession,
                       signer.key.Current(context.clock().Steady()));
}

void Refuse(host::db::Database& db, const std::string& hash, const Bridged* known) {
  if (known != nullptr && known->live) {
    session::RevokeToken(db, {.jti = known->session_id, .expires_s = known->expires_s});
  } else if (known == nullptr) {
    db.All(kRemember, hash);
  }
}

void Purge(host::db::Database& db) { db.All(kPurge); }

}  // namespace bridge
