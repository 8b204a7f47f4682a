// UTF-8 as text rules need it: validity and length in code points (RFC 3629: no surrogates, no
// overlong forms).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace host {

// The code point at `offset`, which moves behind it; nothing when the bytes there are not UTF-8.
std::optional<char32_t> NextCodePoint(std::string_view text, size_t& offset);

// Number of code points, or nothing when `text` is not UTF-8.
std::optional<size_t> CodePoints(std::string_view text);

inline bool IsUtf8(std::string_view text) { return CodePoints(text).has_value(); }

}  // namespace host
