// UUID version 7 (RFC 9562): a token's name, which holds the millisecond of its making.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace session {

// Lower-case text of 36 characters; 74 random bits.
std::string MakeUuid7(int64_t unix_ms);

// The millisecond in it; nothing when `text` is not such a UUID in the form that MakeUuid7 writes.
std::optional<int64_t> Uuid7Time(std::string_view text);

}  // namespace session
