#include "host/base/utf8.h"

namespace host {

std::optional<char32_t> NextCodePoint(std::string_view text, size_t& offset) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(offset);
  if (lead < 0x80) {
    ++offset;
    return lead;
  }
  int more = 0;
  char32_t value = 0;
  char32_t least = 0;  // smaller values in this many bytes are overlong
  if ((lead & 0xE0) == 0xC0) {
    more = 1, value = lead & 0x1F, least = 0x80;
  } else if ((lead & 0xF0) == 0xE0) {
    more = 2, value = lead & 0x0F, least = 0x800;
  } else if ((lead & 0xF8) == 0xF0) {
    more = 3, value = lead & 0x07, least = 0x10000;
  } else {
    return std::nullopt;
  }
  if (text.size() - offset <= static_cast<size_t>(more)) return std::nullopt;
  for (int i = 1; i <= more; ++i) {
    const unsigned char next = byte(offset + i);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    value = (value << 6) | (next & 0x3F);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least || value > 0x10FFFF || surrogate) return std::nullopt;
  offset += more + 1;
  return value;
}

std::optional<size_t> CodePoints(std::string_view text) {
  size_t count = 0;
  for (size_t offset = 0; offset < text.size(); ++count) {
    if (!NextCodePoint(text, offset)) return std::nullopt;
  }
  return count;
}

}  // namespace host
