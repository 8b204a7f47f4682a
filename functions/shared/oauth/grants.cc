// How grants begin: ExchangeCode, PollDevice.

#include "functions/shared/oauth/grants.h"

#include "functions/shared/oauth/device.h"
#include "functions/shared/oauth/family.h"
#include "functions/shared/oauth/scopes.h"
#include "functions/shared/oauth/secrets.h"
#include "functions/shared/session/base64url.h"
#include "functions/shared/session/token.h"
#include "functions/shared/session/uuid7.h"

namespace oauth {
namespace {

// `t`: the code, `u`: its user, `since`: when the user said yes. All rows are locked, so what
// waited for another request sees what that one wrote.
#define GRANT_OF_CODE(since)                                           \
  "t.client_id, t.user_id, array_to_string(t.scopes, ' ') AS scopes, " \
  "t.auth_time_s, t.grant_id, t.used_by, " OAUTH_USER_COLUMNS          \
  ", coalesce(floor(extract(epoch FROM " since                         \
  ") * 1000) <= u.epoch_ms, false) "                                   \
  "AS outdated"

constexpr host::Statement kCode{
    "oauth.code", "SELECT " GRANT_OF_CODE("t.creation")
                  ", t.redirect_uri, t.challenge, t.nonce, "
                  "t.creation <= clock_timestamp() - interval '60 seconds' AS expired "
                  "FROM oauth_codes t JOIN users u ON u.id = t.user_id WHERE t.hash = $1::bytea "
                  "FOR UPDATE OF t FOR SHARE OF u"};

constexpr host::Statement kUseCode{
    "oauth.use_code",
    "UPDATE oauth_codes SET grant_id = $2, used_by = $3::bytea WHERE hash = $1::bytea"};

// The first one has no user yet, so it cannot be joined and locked in one.
constexpr host::Statement kDevice{
    "oauth.device",
    "SELECT client_id, state, "
    "creation <= clock_timestamp() - make_interval(secs => $2::int) AS expired, "
    "coalesce(polled > clock_timestamp() - make_interval(secs => interval_s), false) AS too_soon "
    "FROM oauth_device_codes WHERE hash = $1::bytea FOR UPDATE"};

constexpr host::Statement kDecided{
    "oauth.decided_device",
    "SELECT " GRANT_OF_CODE("t.decided")
    ", '' AS nonce FROM oauth_device_codes t JOIN users u ON u.id = t.user_id "
    "WHERE t.hash = $1::bytea FOR SHARE OF u"};

#undef GRANT_OF_CODE

constexpr host::Statement kPolled{
    "oauth.polled_device",
    "UPDATE oauth_device_codes SET polled = clock_timestamp(), "
    "interval_s = interval_s + CASE WHEN $2::boolean THEN 5 ELSE 0 END WHERE hash = $1::bytea"};

constexpr host::Statement kUseDevice{
    "oauth.use_device",
    "UPDATE oauth_device_codes SET state = 'used', grant_id = $2, used_by = $3::bytea "
    "WHERE hash = $1::bytea"};

constexpr host::Statement kBegin{
    "oauth.begin_grant",
    "INSERT INTO oauth_grants (id, client_id, user_id, scopes, auth_time_s, seed, sequence, "
    "creation) VALUES ($1, $2, $3, string_to_array($4, ' '), $5, $6::bytea, $7, "
    "to_timestamp($8::bigint / 1000.0))"};

constexpr host::Statement kSeed{
    "oauth.seed", "SELECT seed, sequence FROM oauth_grants WHERE id = $1 AND revoked IS NULL"};

std::unexpected<GrantFault> Invalid(const char* description) {
  return std::unexpected(GrantFault{"invalid_grant", description});
}

// AppAuth and others, which never ask for offline_access, register the grant type; OpenID Connect
// clients ask for the scope.
bool WantsRefreshToken(const Client& client, const std::vector<std::string>& scopes) {
  return client.May(kRefreshToken) || Contains(scopes, "offline_access");
}

bool IsVerifierOf(std::string_view verifier, std::string_view challenge) {
  return verifier.size() >= 43 && verifier.size() <= 128 &&
         SameSecret(session::EncodeBase64Url(Hash(verifier)), challenge);
}

Granted GrantedOf(const host::db::Row& row, std::string grant_id) {
  Granted granted = GrantedToUser(row);
  granted.grant_id = std::move(grant_id);
  granted.nonce = row.Text("nonce");
  return granted;
}

Granted Begin(host::db::Database& db, const Client& client, const host::db::Row& row,
              std::string_view code) {
  const int64_t now_ms = row.Integer("now_ms");
  Granted granted = GrantedOf(row, session::MakeUuid7(now_ms));
  const std::string seed = RandomBytes();
  const bool refresh = WantsRefreshToken(client, session::SplitScopes(row.Text("scopes")));
  db.All(kBegin, granted.grant_id, client.id, granted.user_id, row.Text("scopes"),
         granted.auth_time_s, host::db::Bytes(seed), refresh ? 1 : 0, now_ms);
  if (refresh) {
    granted.refresh_token = Successor(seed, code);
    StoreRefreshToken(db, granted.grant_id, 1, granted.refresh_token);
  }
  return granted;
}

// The answer that the same request got already, but for a new access token; nothing when the grant
// has ended since.
std::optional<Granted> Again(host::db::Database& db, const host::db::Row& row,
                             std::string_view code) {
  std::string grant_id(row.Text("grant_id"));
  const auto seed = db.Maybe(kSeed, grant_id);
  if (!seed) return std::nullopt;
  Granted granted = GrantedOf(row, std::move(grant_id));
  if (seed->Integer("sequence") > 0) granted.refresh_token = Successor(seed->Bytes("seed"), code);
  return granted;
}

bool IsUsedBy(const host::db::Row& row, std::string_view request) {
  return !row.IsNull("used_by") && SameSecret(row.Bytes("used_by"), request);
}

}  // namespace

GrantResult ExchangeCode(host::db::Database& db, const Client& client, const CodeExchange& given) {
  const auto hash = host::db::Bytes(Hash(given.code));
  const std::string request = Hash(given.request_key);
  return db.InTransaction([&]() -> GrantResult {
    const auto code = db.Maybe(kCode, hash);
    if (!code || code->Text("client_id") != client.id) {
      return Invalid("The code is unknown, or of another client.");
    }
    // First of all: who lacks the verifier has no part in this code, and can do nothing to it.
    if (!IsVerifierOf(given.verifier, code->Text("challenge"))) {
      return Invalid("The code_verifier is wrong.");
    }
    if (!given.redirect_uri.empty() && given.redirect_uri != code->Text("redirect_uri")) {
      return Invalid("The redirect_uri is not the one that the code was sent to.");
    }
    if (!code->IsNull("grant_id")) {
      if (IsUsedBy(*code, request)) {
        if (auto again = Again(db, *code, given.code)) return *std::move(again);
      }
      EndGrant(db, code->Text("grant_id"));
      return Invalid("The code was used already; what came from it is refused from now on.");
    }
    if (code->Bool("expired") || code->Bool("outdated")) return Invalid("The code is too old.");
    Granted granted = Begin(db, client, *code, given.code);
    db.All(kUseCode, hash, granted.grant_id, host::db::Bytes(request));
    return granted;
  });
}

GrantResult PollDevice(host::db::Database& db, const Client& client, std::string_view device_code,
                       std::string_view request_key) {
  const auto hash = host::db::Bytes(Hash(device_code));
  const std::string request = Hash(request_key);
  return db.InTransaction([&]() -> GrantResult {
    const auto device = db.Maybe(kDevice, hash, kDeviceSeconds);
    if (!device || device->Text("client_id") != client.id) {
      return Invalid("The device_code is unknown, or of another client.");
    }
    const auto state = device->Text("state");
    const auto decided = state == "pending" ? std::nullopt : db.Maybe(kDecided, hash);
    if (state == "used") {
      auto again =
          decided && IsUsedBy(*decided, request) ? Again(db, *decided, device_code) : std::nullopt;
      if (again) return *std::move(again);
      return Invalid("The device_code was used already.");
    }
    if (device->Bool("expired")) {
      return std::unexpected(
          GrantFault{"expired_token", "The device_code is too old: begin anew."});
    }
    if (state == "denied") {
      return std::unexpected(GrantFault{"access_denied", "The user denied it."});
    }
    if (!decided) {
      const bool too_soon = device->Bool("too_soon");
      db.All(kPolled, hash, too_soon);
      return std::unexpected(
          too_soon ? GrantFault{"slow_down", "Wait 5 seconds more between requests."}
                   : GrantFault{"authorization_pending", "The user has not decided yet."});
    }
    if (decided->Bool("outdated")) return Invalid("The device_code is too old.");
    Granted granted = Begin(db, client, *decided, device_code);
    db.All(kUseDevice, hash, granted.grant_id, host::db::Bytes(request));
    return granted;
  });
}

}  // namespace oauth
