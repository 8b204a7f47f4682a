#include "functions/shared/session/uuid7.h"

#include <openssl/rand.h>

#include <stdexcept>

namespace session {
namespace {

constexpr bool IsDash(size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

std::string MakeUuid7(int64_t unix_ms) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) throw std::runtime_error("no random numbers to be had");
  for (int i = 0; i < 6; ++i) bytes[i] = static_cast<unsigned char>(unix_ms >> (40 - 8 * i));
  bytes[6] = (bytes[6] & 0x0F) | 0x70;
  bytes[8] = (bytes[8] & 0x3F) | 0x80;
  std::string text;
  text.reserve(36);
  for (const unsigned char byte : bytes) {
    if (IsDash(text.size())) text += '-';
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

std::optional<int64_t> Uuid7Time(std::string_view text) {
  if (text.size() != 36 || text[14] != '7') return std::nullopt;
  int64_t ms = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (IsDash(i)) {
      if (c != '-') return std::nullopt;
      continue;
    }
    const bool digit = c >= '0' && c <= '9';
    if (!digit && !(c >= 'a' && c <= 'f')) return std::nullopt;
    if (i < 13) ms = ms * 16 + (digit ? c - '0' : c - 'a' + 10);
  }
  return ms;
}

}  // namespace session
