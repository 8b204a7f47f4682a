// The old site's sessions, read only, for the function session_bridge alone.
//
// Needs "old_sessions" in function.json, whose variables may be missing: then nobody is known.
//   OLD_SESSIONS_DATABASE_URL_FILE   the old site's database, as a role that may SELECT from
//                                    thoughts_sessionmodel and nothing else
//   OLD_SESSIONS_LEAST_DIGITS        shorter numbers are refused, they could be guessed (12)
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "host/function/context.h"

namespace bridge {

// What an old session's cookie may be: LEAST to 50 decimal digits.
bool IsOldSession(std::string_view text, const host::Context& context);

enum class NoAnswer {
  kNotConfigured,  // there is no old site (any more)
  kAway,           // its database did not answer within a second
};

// The name under which this session is logged in at the old site; nothing when it is none, and when
// two users share the number.
std::expected<std::optional<std::string>, NoAnswer> OldUser(std::string_view number,
                                                            host::Context& context);

}  // namespace bridge
