#include "sql/import/rules.h"

#include <algorithm>

#include "functions/shared/accounts/password_hash.h"
#include "functions/shared/accounts/rules.h"
#include "functions/shared/thoughts/thought.h"

namespace sql::imports {
namespace {

constexpr std::string_view kDjango = "bcrypt$";

// "pbkdf2_sha256" of "pbkdf2_sha256$...": never a part of the hash itself.
std::string Algorithm(std::string_view hash) {
  const auto name = hash.substr(0, std::min(hash.find('$'), hash.size()));
  const bool is_name =
      !name.empty() && name.size() <= 30 && name.size() < hash.size() &&
      std::ranges::all_of(
          name,
          [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
  return is_name ? " (" + std::string(name) + ")" : "";
}

}  // namespace

Kept KeepHash(std::string_view hash) {
  const auto bare = hash.starts_with(kDjango) ? hash.substr(kDjango.size()) : hash;
  if (accounts::IsBcrypt(bare)) return std::string(bare);
  return std::unexpected("no password that is known here" + Algorithm(hash) +
                         ": cannot log in until it has one at the old site, and is imported again");
}

std::string NameFault(std::string_view name) {
  std::string fault;
  for (const auto& error : accounts::OldUsernameErrors(name)) {
    fault += (fault.empty() ? "the name " : ", ") + error.detail;
  }
  return fault;
}

Kept KeepText(std::string text) {
  auto checked = thoughts::CheckText(std::move(text));
  if (checked) return *std::move(checked);
  std::string fault;
  for (const auto& error : checked.error().errors) {
    // "has 251 characters: ...": one reason, however many there are.
    const bool is_length = error.detail.starts_with("has ");
    fault += fault.empty() ? "the text " : ", ";
    fault += is_length ? "has more than 250 characters" : error.detail;
  }
  return std::unexpected(fault);
}

bool IsTime(std::string_view timestamp) {
  // "2026-11-28 08:49:57.819429+00"; others are "infinity", "10000-01-01 ..." and "... BC".
  return timestamp.size() >= 22 && timestamp[4] == '-' && timestamp[0] >= '0' &&
         timestamp[0] <= '9' && timestamp.ends_with("+00");
}

}  // namespace sql::imports
