#include "functions/shared/oauth/scopes.h"

#include <algorithm>

#include "functions/shared/session/token.h"

namespace oauth {
namespace {

constexpr std::string_view kScopes[] = {"openid", "profile", "thoughts:read", "thoughts:write",
                                        "offline_access"};

}  // namespace

std::span<const std::string_view> Scopes() { return kScopes; }

std::string_view InWords(std::string_view scope) {
  if (scope == "openid") return "know that it is you";
  if (scope == "profile") return "see your name and when you joined";
  if (scope == "thoughts:read") return "read your thoughts";
  if (scope == "thoughts:write") return "write, change and delete thoughts in your name";
  if (scope == "offline_access") return "do so while you are away, until you end it";
  return "";
}

std::vector<std::string> Choose(std::string_view asked, const std::vector<std::string>& allowed) {
  const auto words = session::SplitScopes(asked);
  std::vector<std::string> chosen;
  for (const std::string_view scope : kScopes) {
    if (Contains(words, scope) && Contains(allowed, scope)) chosen.emplace_back(scope);
  }
  return chosen;
}

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool IsOfProtocol(std::string_view scope) { return scope == "openid" || scope == "offline_access"; }

}  // namespace oauth
