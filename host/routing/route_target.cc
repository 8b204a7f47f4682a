#include "host/routing/route_target.h"

#include <array>
#include <charconv>
#include <utility>

namespace host {
namespace {

using Kind = RouteTarget::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 5> kWords = {{{"function", Kind::kFunction},
                                                                      {"monolith", Kind::kMonolith},
                                                                      {"mirror", Kind::kMirror},
                                                                      {"auto", Kind::kAuto},
                                                                      {"retired", Kind::kRetired}}};
constexpr std::string_view kSplit = "split:";

}  // namespace

std::expected<RouteTarget, std::string> ParseTarget(std::string_view text) {
  for (const auto& [word, kind] : kWords) {
    if (text == word) return RouteTarget{kind, 0};
  }
  if (text.starts_with(kSplit)) {
    const std::string_view number = text.substr(kSplit.size());
    const char* end = number.data() + number.size();
    int percent = -1;
    const auto [rest, fault] = std::from_chars(number.data(), end, percent);
    if (fault == std::errc() && rest == end && percent >= 0 && percent <= 100) {
      return RouteTarget{Kind::kSplit, percent};
    }
    return std::unexpected("split: takes the function's share, as in split:40 (0 to 100)");
  }
  return std::unexpected("must be function, monolith, split:PERCENT, mirror, auto or retired");
}

std::string ToText(const RouteTarget& target) {
  for (const auto& [word, kind] : kWords) {
    if (target.kind == kind) return std::string(word);
  }
  return std::string(kSplit) + std::to_string(target.percent);
}

}  // namespace host
