#include "functions/shared/oauth/device.h"

#include "functions/shared/oauth/scopes.h"
#include "functions/shared/oauth/secrets.h"
#include "functions/shared/session/token.h"

namespace oauth {
namespace {

constexpr std::string_view kLetters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr size_t kLength = 8;

// Twice the same code among those that are alive is as likely as guessing one: then no row comes.
constexpr host::Statement kStart{
    "oauth.start_device",
    "INSERT INTO oauth_device_codes (hash, user_code_hash, client_id, scopes) "
    "VALUES ($1::bytea, $2::bytea, $3, string_to_array($4, ' ')) "
    "ON CONFLICT (user_code_hash) DO NOTHING"};

#define ALIVE                                                   \
  "WHERE user_code_hash = $1::bytea AND state = 'pending' AND " \
  "creation > clock_timestamp() - make_interval(secs => $2::int)"

constexpr host::Statement kFind{"oauth.find_device",
                                "SELECT client_id, array_to_string(scopes, ' ') AS scopes "
                                "FROM oauth_device_codes " ALIVE};

constexpr host::Statement kDecide{
    "oauth.decide_device",
    "UPDATE oauth_device_codes SET state = $4, user_id = $3, decided = clock_timestamp(), "
    "auth_time_s = floor(extract(epoch FROM clock_timestamp()))::bigint " ALIVE};

#undef ALIVE

}  // namespace

std::string MakeUserCode() {
  // 240 is the largest multiple of 20 in a byte: above it, letters would not be equally likely.
  constexpr unsigned kFair = 240;
  std::string code;
  while (code.size() < kLength + 1) {
    for (const char c : RandomBytes()) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= kFair || code.size() > kLength) continue;
      if (code.size() == kLength / 2) code += '-';
      code += kLetters[byte % kLetters.size()];
    }
  }
  return code;
}

std::string ReadUserCode(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    if (c == '-' || c == ' ') continue;
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (kLetters.find(upper) == std::string_view::npos || code.size() == kLength) return "";
    code += upper;
  }
  return code.size() == kLength ? code : "";
}

DeviceCodes StartDevice(host::db::Database& db, std::string_view client_id,
                        const std::vector<std::string>& scopes) {
  for (;;) {
    DeviceCodes codes{RandomToken(), MakeUserCode()};
    const auto added =
        db.All(kStart, host::db::Bytes(Hash(codes.device_code)),
               host::db::Bytes(Hash(ReadUserCode(codes.user_code))), client_id, Join(scopes));
    if (added.affected() > 0) return codes;
  }
}

std::optional<DeviceRequest> FindDevice(host::db::Database& db, std::string_view user_code) {
  const std::string code = ReadUserCode(user_code);
  if (code.empty()) return std::nullopt;
  const auto row = db.Maybe(kFind, host::db::Bytes(Hash(code)), kDeviceSeconds);
  auto client = row ? FindClient(db, row->Text("client_id")) : std::nullopt;
  if (!client) return std::nullopt;
  return DeviceRequest{*std::move(client), session::SplitScopes(row->Text("scopes"))};
}

bool DecideDevice(host::db::Database& db, std::string_view user_code, int64_t user_id, bool allow) {
  const std::string code = ReadUserCode(user_code);
  if (code.empty()) return false;
  return db.All(kDecide, host::db::Bytes(Hash(code)), kDeviceSeconds, user_id,
                allow ? "allowed" : "denied")
             .affected() > 0;
}

}  // namespace oauth
