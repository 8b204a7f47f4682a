#include "functions/shared/session/token.h"

#include <charconv>
#include <optional>
#include <span>
#include <stdexcept>

#include "functions/shared/session/base64url.h"
#include "functions/shared/session/json_object.h"
#include "functions/shared/session/uuid7.h"
#include "host/base/json_text.h"
#include "host/base/utf8.h"

namespace session {
namespace {

struct Parts {
  std::string_view header, payload, signature;
  std::string_view signed_part;  // header.payload
};

std::optional<Parts> Split(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return std::nullopt;
  const size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  // A third dot ends up in the signature, where base64url refuses it.
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
               token.substr(second + 1), token.substr(0, second)};
}

std::optional<JsonObject> DecodeObject(std::string_view part) {
  const auto json = DecodeBase64Url(part);
  if (!json || !host::IsUtf8(*json)) return std::nullopt;
  return JsonObject::Parse(*json);
}

// Only the form that Sign writes: digits, no sign, no leading zero.
std::optional<int64_t> ParseUserId(std::string_view text) {
  int64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size() || id <= 0 || text[0] == '0') {
    return std::nullopt;
  }
  return id;
}

// A text that may be missing, but must not be of another type.
bool TakeText(const JsonObject& json, std::string_view name, std::string& into) {
  const std::string* text = json.Text(name);
  if (text != nullptr) into = *text;
  return text != nullptr || !json.Has(name);
}

// Who it is about: a user, or a client that acts for itself.
bool ReadSubject(const JsonObject& json, Claims& claims) {
  const std::string* subject = json.Text("sub");
  if (subject == nullptr) return false;
  const auto user_id = ParseUserId(*subject);
  if (claims.kind == TokenKind::kAccess && *subject == claims.client_id) return !user_id;
  claims.user_id = user_id.value_or(0);
  return user_id.has_value();
}

// Each kind has what it needs, and a session token none of what would make it another.
bool IsWhole(const JsonObject& json, const Claims& claims) {
  switch (claims.kind) {
    case TokenKind::kSession:
      return !json.Has("aud");
    case TokenKind::kAccess:
      return !claims.audience.empty() && !claims.client_id.empty();
    case TokenKind::kId:
    case TokenKind::kPersonal:
      break;
  }
  return !claims.audience.empty();
}

std::expected<Claims, Refusal> ReadClaims(const JsonObject& json, TokenKind kind) {
  Claims claims;
  claims.kind = kind;
  const bool is_id = kind == TokenKind::kId;
  std::string scope;
  const bool texts =
      TakeText(json, "iss", claims.issuer) &&
      TakeText(json, is_id ? "preferred_username" : "username", claims.username) &&
      TakeText(json, "scope", scope) && TakeText(json, "jti", claims.id) &&
      TakeText(json, "aud", claims.audience) && TakeText(json, "client_id", claims.client_id) &&
      TakeText(json, "grant_id", claims.grant) && TakeText(json, "nonce", claims.nonce);
  const bool needed = json.Has("iss") &&
                      (is_id || (json.Has("username") && json.Has("scope") && !claims.id.empty()));
  const auto issued = json.Integer("iat");
  const auto expires = json.Integer("exp");
  const auto auth_time = json.Integer("auth_time");
  if (!texts || !needed || !issued || !expires || (json.Has("auth_time") && !auth_time) ||
      !ReadSubject(json, claims) || !IsWhole(json, claims)) {
    return std::unexpected(Refusal::kMalformed);
  }
  // Far outside any clock: sums with it could overflow.
  constexpr int64_t kLatest = int64_t{1} << 40;
  if (*issued < 0 || *issued > kLatest || *expires < 0 || *expires > kLatest) {
    return std::unexpected(Refusal::kMalformed);
  }
  claims.scopes = SplitScopes(scope);
  claims.issued_s = *issued;
  claims.expires_s = *expires;
  claims.issued_ms = Uuid7Time(claims.id).value_or(*issued * 1000);
  claims.auth_time_s = auth_time.value_or(0);
  return claims;
}

void AddText(std::string& json, std::string_view name, std::string_view value) {
  json += ",\"";
  json += name;
  json += "\":";
  host::AppendJsonString(json, value);
}

std::string JoinScopes(const std::vector<std::string>& scopes) {
  std::string text;
  for (const std::string& one : scopes) text += (text.empty() ? "" : " ") + one;
  return text;
}

// The kind among `kinds` whose `typ` is the header's.
std::optional<TokenKind> KindOf(const JsonObject& header, std::span<const TokenKind> kinds) {
  const std::string* typ = header.Text("typ");
  for (const TokenKind kind : kinds) {
    if (typ != nullptr && *typ == Typ(kind)) return kind;
  }
  return std::nullopt;
}

std::expected<Claims, Refusal> CheckKinds(std::string_view token, std::span<const TokenKind> kinds,
                                          const KeySet& keys, std::string_view issuer,
                                          int64_t now_s) {
  const auto parts = Split(token);
  if (!parts) return std::unexpected(Refusal::kMalformed);
  const auto header = DecodeObject(parts->header);
  const auto signature = DecodeBase64Url(parts->signature);
  // `crit` names extensions that must be understood: we know none (RFC 7515, section 4.1.11). jku,
  // x5u, jwk are not read.
  if (!header || !signature || header->Has("crit")) return std::unexpected(Refusal::kMalformed);
  const auto kind = KindOf(*header, kinds);
  if (!kind) return std::unexpected(Refusal::kWrongKind);
  const std::string* kid = header->Text("kid");
  if (header->Has("kid") && (kid == nullptr || kid->empty())) {
    return std::unexpected(Refusal::kMalformed);
  }
  const Key* key = keys.Find(kid == nullptr ? std::string_view() : *kid);
  if (key == nullptr) return std::unexpected(Refusal::kUnknownKey);
  const std::string* algorithm = header->Text("alg");
  if (algorithm == nullptr || *algorithm != Name(key->algorithm()) ||
      !key->Verify(parts->signed_part, *signature)) {
    return std::unexpected(Refusal::kForged);
  }

  const auto json = DecodeObject(parts->payload);
  if (!json) return std::unexpected(Refusal::kMalformed);
  auto claims = ReadClaims(*json, *kind);
  if (!claims) return claims;
  if (claims->issuer != issuer) return std::unexpected(Refusal::kOtherIssuer);
  const bool is_for_api = *kind == TokenKind::kAccess || *kind == TokenKind::kPersonal;
  if (is_for_api && claims->audience != issuer) return std::unexpected(Refusal::kOtherAudience);
  const auto not_before = json->Integer("nbf");
  if (json->Has("nbf") && !not_before) return std::unexpected(Refusal::kMalformed);
  if (claims->issued_s > now_s + kLeewaySeconds ||
      (not_before && *not_before > now_s + kLeewaySeconds)) {
    return std::unexpected(Refusal::kNotYet);
  }
  if (claims->expires_s + kLeewaySeconds <= now_s) return std::unexpected(Refusal::kExpired);
  return claims;
}

}  // namespace

std::vector<std::string> SplitScopes(std::string_view text) {
  std::vector<std::string> scopes;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) scopes.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return scopes;
}

std::string_view Typ(TokenKind kind) {
  switch (kind) {
    case TokenKind::kSession:
      break;
    case TokenKind::kAccess:
      return "at+jwt";
    case TokenKind::kId:
      return "JWT";
    case TokenKind::kPersonal:
      return "pat+jwt";
  }
  return "session+jwt";
}

std::string_view Name(Refusal refusal) {
  switch (refusal) {
    case Refusal::kMalformed:
      return "malformed";
    case Refusal::kWrongKind:
      return "wrong kind";
    case Refusal::kUnknownKey:
      return "unknown key";
    case Refusal::kForged:
      return "forged";
    case Refusal::kExpired:
      return "expired";
    case Refusal::kNotYet:
      return "not yet valid";
    case Refusal::kOtherAudience:
      return "other audience";
    case Refusal::kOtherIssuer:
      break;
  }
  return "other issuer";
}

const Key* KeySet::Find(std::string_view id) const {
  if (id.empty()) return keys_.size() == 1 ? &keys_[0] : nullptr;
  for (const Key& key : keys_) {
    if (key.id() == id) return &key;
  }
  return nullptr;
}

std::string Sign(const Claims& claims, TokenKind kind, const Key& key) {
  const bool is_client = claims.user_id == 0;
  if (is_client && ParseUserId(claims.client_id)) {
    throw std::invalid_argument("a client's id must not be a number: " + claims.client_id);
  }
  std::string header = R"({"alg":")" + std::string(Name(key.algorithm())) + R"(","kid":")" +
                       key.id() + R"(","typ":")" + std::string(Typ(kind)) + "\"}";
  std::string payload = "{\"iss\":";
  host::AppendJsonString(payload, claims.issuer);
  AddText(payload, "sub", is_client ? claims.client_id : std::to_string(claims.user_id));
  if (kind == TokenKind::kId) {
    AddText(payload, "preferred_username", claims.username);
  } else {
    AddText(payload, "username", claims.username);
    AddText(payload, "scope", JoinScopes(claims.scopes));
  }
  payload += ",\"iat\":" + std::to_string(claims.issued_s);
  payload += ",\"exp\":" + std::to_string(claims.expires_s);
  if (!claims.id.empty()) AddText(payload, "jti", claims.id);
  if (kind != TokenKind::kSession) {
    AddText(payload, "aud", claims.audience);
    if (!claims.client_id.empty()) AddText(payload, "client_id", claims.client_id);
    if (!claims.grant.empty()) AddText(payload, "grant_id", claims.grant);
    if (!claims.nonce.empty()) AddText(payload, "nonce", claims.nonce);
    if (claims.auth_time_s != 0) payload += ",\"auth_time\":" + std::to_string(claims.auth_time_s);
  }
  payload += '}';
  const std::string input = EncodeBase64Url(header) + '.' + EncodeBase64Url(payload);
  return input + '.' + EncodeBase64Url(key.Sign(input));
}

std::expected<Claims, Refusal> Check(std::string_view token, TokenKind kind, const KeySet& keys,
                                     std::string_view issuer, int64_t now_s) {
  return CheckKinds(token, {&kind, 1}, keys, issuer, now_s);
}

std::expected<Claims, Refusal> CheckForApi(std::string_view token, const KeySet& keys,
                                           std::string_view issuer, int64_t now_s) {
  static constexpr TokenKind kKinds[] = {TokenKind::kSession, TokenKind::kAccess,
                                         TokenKind::kPersonal};
  return CheckKinds(token, kKinds, keys, issuer, now_s);
}

}  // namespace session
