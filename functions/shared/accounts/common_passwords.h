// Passwords that guessers try first.
#pragma once

#include <string_view>

namespace accounts {

// common_passwords.txt: what has 8 bytes or more of Django's list of the 20,000 most common (by
// Royce Williams, BSD licence) and of Openwall's (public domain). Lower case, sorted by bytes, a
// line each. Generated into the binary.
extern const std::string_view kCommonPasswords;

// Without regard to the case of ASCII letters.
bool IsCommonPassword(std::string_view password);

// Whether nothing but a word of this site is there, with digits and signs around it: "Thoughts1!".
bool IsSiteWord(std::string_view password);

}  // namespace accounts
