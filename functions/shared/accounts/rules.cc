#include "functions/shared/accounts/rules.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "functions/shared/accounts/common_passwords.h"
#include "host/base/utf8.h"

namespace accounts {
namespace {

constexpr size_t kUsernameCodePoints = 50;
// No code point of NFC comes from more than four: what is longer is too long in NFC as well.
constexpr size_t kMostDecomposed = 4 * kUsernameCodePoints;
constexpr size_t kPasswordMinBytes = 8;
constexpr size_t kPasswordMaxBytes = 1024;

struct Range {
  char32_t first, last;
};

// Unicode 15: general categories Cc, Cf, Cs, Co, Zs (but U+0020), Zl and Zp, and what is drawn as
// nothing or as a space (Default_Ignorable_Code_Point, fillers, the empty braille cell). In order,
// for the search below.
constexpr Range kUnseen[] = {
    {0x0000, 0x001F},    {0x007F, 0x00A0},   {0x00AD, 0x00AD},   {0x034F, 0x034F},
    {0x0600, 0x0605},    {0x061C, 0x061C},   {0x06DD, 0x06DD},   {0x070F, 0x070F},
    {0x0890, 0x0891},    {0x08E2, 0x08E2},   {0x115F, 0x1160},   {0x1680, 0x1680},
    {0x17B4, 0x17B5},    {0x180B, 0x180F},   {0x2000, 0x200F},   {0x2028, 0x202F},
    {0x205F, 0x206F},    {0x2800, 0x2800},   {0x3000, 0x3000},   {0x3164, 0x3164},
    {0xD800, 0xF8FF},    {0xFDD0, 0xFDEF},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},    {0xFFF0, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD},
    {0x13430, 0x1343F},  {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
    {0xF0000, 0x10FFFF},
};

bool IsUnseen(char32_t c) {
  if ((c & 0xFFFE) == 0xFFFE) return true;  // the last two of each plane are no characters
  const auto* range =
      std::lower_bound(std::begin(kUnseen), std::end(kUnseen), c,
                       [](const Range& r, char32_t value) { return r.last < value; });
  return range != std::end(kUnseen) && c >= range->first;
}

bool HasUnseen(std::string_view text) {
  for (size_t offset = 0; offset < text.size();) {
    const auto c = host::NextCodePoint(text, offset);
    if (!c || IsUnseen(*c)) return true;
  }
  return false;
}

bool IsSameName(std::string_view one, std::string_view other) {
  const auto folded = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(one, other, {}, folded, folded);
}

bool HasSpaceAtAnEnd(std::string_view text) { return text.starts_with(' ') || text.ends_with(' '); }

}  // namespace

std::vector<host::FieldError> OldUsernameErrors(std::string_view username, std::string_view field) {
  std::vector<host::FieldError> errors;
  const auto add = [&](const char* detail) { errors.push_back({std::string(field), detail}); };
  const auto length = host::CodePoints(username);
  if (!length) {
    add("is not UTF-8");
    return errors;
  }
  if (*length == 0) add("is empty");
  if (*length > kUsernameCodePoints) add("has more than 50 characters");
  if (HasSpaceAtAnEnd(username)) add("has a space at its start or end");
  if (HasUnseen(username)) add("holds a character that cannot be seen");
  return errors;
}

std::vector<host::FieldError> UsernameErrors(std::string_view username, std::string_view field) {
  auto errors = OldUsernameErrors(username, field);
  const auto add = [&](const char* detail) { errors.push_back({std::string(field), detail}); };
  if (username.find('/') != std::string_view::npos) add("must not hold a slash");
  if (username == "." || username == "..") add("must not be . or ..");
  return errors;
}

std::vector<host::FieldError> PasswordErrors(std::string_view password, std::string_view field,
                                             std::string_view username) {
  std::vector<host::FieldError> errors;
  const auto add = [&](const char* detail) { errors.push_back({std::string(field), detail}); };
  if (password.size() < kPasswordMinBytes) add("has fewer than 8 bytes");
  if (password.size() > kPasswordMaxBytes) add("has more than 1024 bytes");
  if (!host::IsUtf8(password)) add("is not UTF-8");
  if (IsCommonPassword(password)) add("is one of the most common passwords");
  if (IsSiteWord(password)) add("is what others would guess first here");
  if (!username.empty() && IsSameName(password, username)) add("is the user name");
  return errors;
}

bool IsUsername(std::string_view username) {
  const auto length = host::CodePoints(username);
  return length && *length > 0 &&
         *length <= (IsSurelyNfc(username) ? kUsernameCodePoints : kMostDecomposed) &&
         !HasSpaceAtAnEnd(username) && !HasUnseen(username);
}

bool IsSurelyNfc(std::string_view text) {
  // Below U+0300 nothing combines with what stands before it, and nothing is decomposed by NFC: in
  // UTF-8, no byte from 0xCC on.
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0xCC; });
}

}  // namespace accounts
