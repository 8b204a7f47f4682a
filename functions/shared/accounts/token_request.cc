#include "functions/shared/accounts/token_request.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "functions/shared/accounts/credentials.h"
#include "functions/shared/session/token.h"
#include "host/base/utf8.h"

namespace accounts {
namespace {

using Errors = std::vector<host::FieldError>;

constexpr size_t kNameCodePoints = 100;
// The scopes openid and offline_access say how an OAuth client gets its tokens; admin and account
// are for people who are there.
constexpr std::string_view kScopes[] = {"thoughts:read", "thoughts:write", "profile"};

void CheckName(const std::string& name, Errors& errors) {
  const auto length = host::CodePoints(name);
  if (!length) {
    errors.push_back({"name", "is not UTF-8"});
  } else if (*length == 0 || *length > kNameCodePoints) {
    errors.push_back({"name", "must have 1 to 100 characters"});
  }
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7F'; };
  if (std::ranges::any_of(name, is_control)) {
    errors.push_back({"name", "holds a control character"});
  }
}

std::string CheckScopes(const std::string& asked, const session::Identity& caller, Errors& errors) {
  const auto words = session::SplitScopes(asked);
  for (const auto& word : words) {
    if (std::ranges::find(kScopes, word) == std::end(kScopes) || !caller.Has(word)) {
      errors.push_back({"scopes", "may hold thoughts:read, thoughts:write and profile alone"});
      return "";
    }
  }
  if (words.empty()) errors.push_back({"scopes", "names none"});
  std::string chosen;
  for (const auto scope : kScopes) {
    if (std::ranges::find(words, scope) == words.end()) continue;
    chosen += (chosen.empty() ? "" : " ") + std::string(scope);
  }
  return chosen;
}

}  // namespace

host::Result<TokenRequest> ParseTokenRequest(const host::Request& request,
                                             const session::Identity& caller) {
  const auto fields = request.fields();
  if (!fields) return std::unexpected(fields.error());
  Errors errors;
  TokenRequest wanted;
  wanted.name = TakeText(*fields, "name", errors);
  if (errors.empty()) CheckName(wanted.name, errors);
  const size_t before = errors.size();
  const std::string scopes = TakeText(*fields, "scopes", errors);
  if (errors.size() == before) wanted.scopes = CheckScopes(scopes, caller, errors);
  const auto days = fields->Integer("expires_in_days");
  wanted.days = days ? days->value_or(wanted.days) : 0;
  if (wanted.days < 1 || wanted.days > session::kPersonalMaxDays) {
    errors.push_back({"expires_in_days", "must be a whole number from 1 to 366"});
  }
  if (errors.empty()) return wanted;
  return host::Fail(422, "Some fields are missing or break a rule.", std::move(errors));
}

}  // namespace accounts
