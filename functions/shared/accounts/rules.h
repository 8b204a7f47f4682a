// What a username and a password may be. Pure; every broken rule is listed at once, for
// Problem.errors.
#pragma once

#include <string_view>
#include <vector>

#include "host/base/result.h"

namespace accounts {

// 1 to 50 code points, printable, U+0020 inside but not at the ends. Characters that cannot be seen
// are refused (controls, bidi and zero-width marks, other spaces, private use, noncharacters): two
// names must not look the same for such a reason. Nor a slash, nor "." or "..": no path of a URL
// can hold those (docs/decisions/0004-names-in-urls.md). `username` is the NFC form (Nfc in
// users.h), which may be longer or shorter than what the client sent. Letter case is the database's
// matter: it compares by a key of its own.
std::vector<host::FieldError> UsernameErrors(std::string_view username,
                                             std::string_view field = "username");

// The same without the last rule, for users who came from the old site with such a name.
std::vector<host::FieldError> OldUsernameErrors(std::string_view username,
                                                std::string_view field = "username");

// 8 to 1024 bytes of UTF-8, none of the most common passwords (common_passwords.h), not a word of
// this site, and not `username`, if one is given. Every other choice is the user's: no kinds of
// characters are demanded (NIST SP 800-63B, section 3.1.1.2).
std::vector<host::FieldError> PasswordErrors(std::string_view password,
                                             std::string_view field = "password",
                                             std::string_view username = "");

// Whether a user of this name can exist, in any Unicode composition: what cannot is never looked
// up. Names from before the rule about paths can: they still log in.
bool IsUsername(std::string_view username);

// Whether UTF-8 `text` is NFC at first sight, as most names are.
bool IsSurelyNfc(std::string_view text);

}  // namespace accounts
