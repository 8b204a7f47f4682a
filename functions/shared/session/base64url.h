// base64url without padding (RFC 7515, section 2), decoded strictly: one text for each byte string,
// so that a token cannot be written in a second way.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace session {

std::string EncodeBase64Url(std::string_view bytes);

// Nothing for padding, other characters, an impossible length, or unused bits that are not zero.
std::optional<std::string> DecodeBase64Url(std::string_view text);

}  // namespace session
