// Devices without a browser (RFC 8628): the user allows them on another one, by a short code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "functions/shared/oauth/client.h"
#include "host/db/database.h"

namespace oauth {

inline constexpr int kDeviceSeconds = 15 * 60;
inline constexpr int kDeviceIntervalSeconds = 5;

// "BCDF-GHJK": 8 of 20 consonants, so that no word and no look-alike comes up.
std::string MakeUserCode();
// Its letters, whatever case, dashes and spaces the user typed: "BCDFGHJK". "" when they are no
// code.
std::string ReadUserCode(std::string_view typed);

struct DeviceCodes {
  std::string device_code;
  std::string user_code;
};
DeviceCodes StartDevice(host::db::Database& db, std::string_view client_id,
                        const std::vector<std::string>& scopes);

// What waits for the user under this code, as typed; nothing when there is none, it is too old, or
// it was decided. Guesses must be throttled: the code has 34 bits.
struct DeviceRequest {
  Client client;
  std::vector<std::string> scopes;
};
std::optional<DeviceRequest> FindDevice(host::db::Database& db, std::string_view user_code);

// The user's word, once. False when there is nothing (any more) to decide.
bool DecideDevice(host::db::Database& db, std::string_view user_code, int64_t user_id, bool allow);

}  // namespace oauth
