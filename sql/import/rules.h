// What may come from the old site, and in which form. Pure.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace sql::imports {

// A value, or why it cannot be had, in the same words for all rows of that kind.
using Kept = std::expected<std::string, std::string>;

// A password hash as accounts::CheckPassword reads it: bcrypt, bare or behind Django's "bcrypt$".
Kept KeepHash(std::string_view hash);

// What a user without such a hash gets: no password matches it.
inline constexpr const char* kNoPassword = "none";

// "" or what is wrong with a name in NFC. Names that a URL cannot hold are taken as they are
// (docs/decisions/0004-names-in-urls.md).
std::string NameFault(std::string_view name);

// As thoughts::CheckText: CR LF becomes LF.
Kept KeepText(std::string text);

// PostgreSQL's text of a timestamptz, in UTC and ISO style: of the years 1 to 9999.
bool IsTime(std::string_view timestamp);

}  // namespace sql::imports
