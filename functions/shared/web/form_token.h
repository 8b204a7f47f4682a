// Form tokens: proof that a form was made by this site, for this browser, for this one purpose, and
// not long ago. Against forged requests (CSRF), and against a form that is sent for another thing
// than the user was shown. Nothing is stored: the key is a secret cookie that only the browser that
// was given the form sends along.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace web {

inline constexpr int64_t kFormSeconds = 60 * 60;

// A text for a hidden field, URL-safe: time, 128 random bits, and HMAC-SHA256 of both and the
// purpose. `secret`: of 128 bits or more. `purpose`: what the form does, with all that its answer
// depends on.
std::string MakeFormToken(std::string_view secret, std::string_view purpose, int64_t now_s);

// The token's random part, a name for the one form, when it is a token of these three; nothing
// otherwise. In the same time wherever a wrong one differs.
std::optional<std::string> CheckFormToken(std::string_view token, std::string_view secret,
                                          std::string_view purpose, int64_t now_s);

// 256 random bits, as base64url: 43 characters.
std::string RandomSecret();

}  // namespace web
