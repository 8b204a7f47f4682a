#include "functions/shared/session/token.h"

#include <charconv>
#include <optional>

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

std::expected<Claims, Refusal> ReadClaims(const JsonObject& json) {
  const std::string* issuer = json.Text("iss");
  const std::string* subject = json.Text("sub");
  const std::string* username = json.Text("username");
  const std::string* scope = json.Text("scope");
  const std::string* id = json.Text("jti");
  const auto issued = json.Integer("iat");
  const auto expires = json.Integer("exp");
  const auto user_id = subject == nullptr ? std::nullopt : ParseUserId(*subject);
  if (issuer == nullptr || !user_id || username == nullptr || scope == nullptr || id == nullptr ||
      id->empty() || !issued || !expires || json.Has("aud")) {
    return std::unexpected(Refusal::kMalformed);
  }
  // Far outside any clock: sums with it could overflow.
  constexpr int64_t kLatest = int64_t{1} << 40;
  if (*issued < 0 || *issued > kLatest || *expires < 0 || *expires > kLatest) {
    return std::unexpected(Refusal::kMalformed);
  }
  return Claims{*issuer, *user_id, *username, SplitScopes(*scope),
                *issued, *expires, *id,       Uuid7Time(*id).value_or(*issued * 1000)};
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
  std::string header = R"({"alg":")" + std::string(Name(key.algorithm())) + R"(","kid":")" +
                       key.id() + R"(","typ":")" + std::string(Typ(kind)) + "\"}";
  std::string scope;
  for (const std::string& one : claims.scopes) scope += (scope.empty() ? "" : " ") + one;
  std::string payload = "{\"iss\":";
  host::AppendJsonString(payload, claims.issuer);
  payload += ",\"sub\":\"" + std::to_string(claims.user_id) + "\",\"username\":";
  host::AppendJsonString(payload, claims.username);
  payload += ",\"scope\":";
  host::AppendJsonString(payload, scope);
  payload += ",\"iat\":" + std::to_string(claims.issued_s);
  payload += ",\"exp\":" + std::to_string(claims.expires_s) + ",\"jti\":";
  host::AppendJsonString(payload, claims.id);
  payload += '}';
  const std::string input = EncodeBase64Url(header) + '.' + EncodeBase64Url(payload);
  return input + '.' + EncodeBase64Url(key.Sign(input));
}

std::expected<Claims, Refusal> Check(std::string_view token, TokenKind kind, const KeySet& keys,
                                     std::string_view issuer, int64_t now_s) {
  const auto parts = Split(token);
  if (!parts) return std::unexpected(Refusal::kMalformed);
  const auto header = DecodeObject(parts->header);
  const auto signature = DecodeBase64Url(parts->signature);
  // `crit` names extensions that must be understood: we know none (RFC 7515, section 4.1.11). jku,
  // x5u, jwk are not read.
  if (!header || !signature || header->Has("crit")) return std::unexpected(Refusal::kMalformed);
  const std::string* typ = header->Text("typ");
  if (typ == nullptr || *typ != Typ(kind)) return std::unexpected(Refusal::kWrongKind);
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
  auto claims = ReadClaims(*json);
  if (!claims) return claims;
  if (claims->issuer != issuer) return std::unexpected(Refusal::kOtherIssuer);
  const auto not_before = json->Integer("nbf");
  if (json->Has("nbf") && !not_before) return std::unexpected(Refusal::kMalformed);
  if (claims->issued_s > now_s + kLeewaySeconds ||
      (not_before && *not_before > now_s + kLeewaySeconds)) {
    return std::unexpected(Refusal::kNotYet);
  }
  if (claims->expires_s + kLeewaySeconds <= now_s) return std::unexpected(Refusal::kExpired);
  return claims;
}

}  // namespace session
