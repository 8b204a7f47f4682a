#include "functions/shared/accounts/common_passwords.h"

#include <algorithm>
#include <string>

namespace accounts {
namespace {

constexpr std::string_view kSiteWords[] = {"thought", "thoughts", "mythought", "mythoughts",
                                           "microblog"};

bool IsLetter(char c) { return c >= 'a' && c <= 'z'; }

std::string Folded(std::string_view text) {
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return folded;
}

}  // namespace

bool IsCommonPassword(std::string_view password) {
  const std::string wanted = Folded(password);
  // By halves of the text itself: no table to build at each start of a worker.
  std::string_view rest = kCommonPasswords;
  while (!rest.empty()) {
    const size_t middle = rest.size() / 2;
    const size_t before = middle == 0 ? std::string_view::npos : rest.rfind('\n', middle - 1);
    const size_t start = before == std::string_view::npos ? 0 : before + 1;
    const size_t end = std::min(rest.find('\n', start), rest.size());
    const int order = rest.substr(start, end - start).compare(wanted);
    if (order == 0) return true;
    rest = order > 0 ? rest.substr(0, start) : rest.substr(std::min(end + 1, rest.size()));
  }
  return false;
}

bool IsSiteWord(std::string_view password) {
  const std::string folded = Folded(password);
  const auto first = std::find_if(folded.begin(), folded.end(), IsLetter);
  const auto last = std::find_if(folded.rbegin(), folded.rend(), IsLetter).base();
  if (first >= last) return false;
  const std::string_view word(first, last);
  return std::find(std::begin(kSiteWords), std::end(kSiteWords), word) != std::end(kSiteWords);
}

}  // namespace accounts
