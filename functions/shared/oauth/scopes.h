// What a client may ask for.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace oauth {

// In the order in which users are told. Others are never granted to a client: admin belongs to
// people whom the operator named.
std::span<const std::string_view> Scopes();

// The scope for its user, "see your name and when you joined"; "" for one that is not among them.
std::string_view InWords(std::string_view scope);

// Words of `asked` (separated by spaces) that are in `allowed`, each once, in the order of
// Scopes(). What is unknown is left out, as RFC 6749, section 3.3 has it: the answer names what was
// granted.
std::vector<std::string> Choose(std::string_view asked, const std::vector<std::string>& allowed);

// With spaces between them.
std::string Join(const std::vector<std::string>& words);

bool Contains(const std::vector<std::string>& words, std::string_view word);

// Scopes that say how tokens are given, not what they may do: users have them all.
bool IsOfProtocol(std::string_view scope);

}  // namespace oauth
