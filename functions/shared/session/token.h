// Tokens: signed claims (JWS compact form, RFC 7515 and 7519), made and checked. No files, no
// clock, no database here.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "functions/shared/session/key.h"

namespace session {

// Each kind has its own `typ`, so that one is never taken for another (RFC 8725, section 3.11).
// kSession: a log-in, for our own front end and trusted scripts; no `aud`, since older services
//   check it with a plain JWT library.
// kAccess: what an OAuth client gets (RFC 9068); `aud` is the issuer, which is the API as well.
// kId: tells an OAuth client who logged in (OpenID Connect); `aud` is the client. No route takes
// it. kPersonal: made by a user for programs of its own; `aud` is the issuer.
enum class TokenKind { kSession, kAccess, kId, kPersonal };
std::string_view Typ(TokenKind kind);  // "session+jwt", "at+jwt", "JWT", "pat+jwt"

inline constexpr size_t kMaxTokenBytes = 8192;
inline constexpr int64_t kSessionSeconds = 24 * 60 * 60;
inline constexpr int64_t kAccessSeconds = 15 * 60;
inline constexpr int64_t kPersonalMaxDays = 366;
// How far the clocks of signer and checker may stand apart.
inline constexpr int64_t kLeewaySeconds = 5;

// What only session tokens give: see session.h.
inline constexpr std::string_view kAccountScope = "account";
inline constexpr std::string_view kAdminScope = "admin";

struct Claims {
  std::string issuer;
  int64_t user_id = 0;   // `sub`; 0 for a client's own token, whose `sub` is the client
  std::string username;  // of an id token: `preferred_username`
  std::vector<std::string> scopes;
  int64_t issued_s = 0;
  int64_t expires_s = 0;
  std::string id;         // `jti`, unique
  int64_t issued_ms = 0;  // the time in a UUIDv7 `jti`, else issued_s in milliseconds
  TokenKind kind = TokenKind::kSession;  // set by Check
  std::string audience{};                // `aud`, "" for session tokens
  std::string client_id{};               // "" for none
  std::string grant{};                   // `grant_id`: the OAuth grant it stems from, "" for none
  std::string nonce{};                   // of an id token
  int64_t auth_time_s = 0;               // when the user logged in, 0 when not told
};

// The words of a `scope` claim.
std::vector<std::string> SplitScopes(std::string_view text);

// Several keys at once, looked up by their ids.
class KeySet {
 public:
  KeySet() = default;
  explicit KeySet(std::vector<Key> keys) : keys_(std::move(keys)) {}
  // Null when unknown. An empty id: the only key, when there is exactly one.
  const Key* Find(std::string_view id) const;
  size_t size() const { return keys_.size(); }
  const std::vector<Key>& keys() const { return keys_; }

 private:
  std::vector<Key> keys_;
};

// Why a token is refused, for logs and tests: the client is told less.
enum class Refusal {
  kMalformed,   // not three canonical parts of JSON, too long, a claim missing or of another type
  kWrongKind,   // another `typ`
  kUnknownKey,  // `kid` not in the set
  kForged,      // another algorithm than the key's, or a wrong signature
  kExpired,
  kNotYet,
  kOtherIssuer,
  kOtherAudience,
};
std::string_view Name(Refusal refusal);

// `claims.id` holds a UUIDv7 (MakeUuid7), issued_ms and kind are not written. Throws
// std::invalid_argument for a client without a user whose id is a number: it would read as a user.
std::string Sign(const Claims& claims, TokenKind kind, const Key& key);

// Linear in the token's length. Cheap tests come first, the signature before any claim is believed.
// Every other kind is refused. `issuer` is also the `aud` that access and personal tokens must
// have.
std::expected<Claims, Refusal> Check(std::string_view token, TokenKind kind, const KeySet& keys,
                                     std::string_view issuer, int64_t now_s);

// As Check, for what the API takes: a session, access or personal token.
std::expected<Claims, Refusal> CheckForApi(std::string_view token, const KeySet& keys,
                                           std::string_view issuer, int64_t now_s);

}  // namespace session
