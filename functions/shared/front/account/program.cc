#include "functions/shared/front/account/program.h"

#include <algorithm>

namespace front {
namespace {

struct Mark {
  std::string_view text;
  std::string_view name;
};

// The first that is found counts: most browsers name those that they descend from, too.
constexpr Mark kBrowsers[] = {
    {"Edg/", "Edge"},
    {"EdgA/", "Edge"},
    {"EdgiOS/", "Edge"},
    {"OPR/", "Opera"},
    {"SamsungBrowser/", "Samsung Internet"},
    {"Vivaldi/", "Vivaldi"},
    {"Firefox/", "Firefox"},
    {"FxiOS/", "Firefox"},
    {"CriOS/", "Chrome"},
    {"Chrome/", "Chrome"},
    {"Version/", "Safari"},
};

// The same: an iPhone is "like Mac OS X", Android is a Linux.
constexpr Mark kSystems[] = {
    {"iPhone", "an iPhone"}, {"iPad", "an iPad"},   {"Android", "Android"}, {"CrOS", "ChromeOS"},
    {"Windows", "Windows"},  {"Mac OS X", "a Mac"}, {"Linux", "Linux"},
};

template <size_t kSize>
std::string_view Find(std::string_view text, const Mark (&marks)[kSize]) {
  const auto* found = std::ranges::find_if(
      marks, [&](const Mark& mark) { return text.find(mark.text) != std::string_view::npos; });
  return found == std::end(marks) ? "" : found->name;
}

// A product's name (RFC 9110, section 10.1.5), "" for another text.
std::string_view FirstProduct(std::string_view text) {
  const auto name = text.substr(0, text.find_first_of("/ "));
  const bool plain = name.size() <= 40 && std::ranges::all_of(name, [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
                     });
  return plain ? name : "";
}

}  // namespace

std::string ProgramName(std::string_view user_agent) {
  if (!user_agent.starts_with("Mozilla/")) {
    const auto product = FirstProduct(user_agent);
    return std::string(product.empty() ? "An unknown program" : product);
  }
  const auto browser = Find(user_agent, kBrowsers);
  const auto system = Find(user_agent, kSystems);
  std::string words(browser.empty() ? "A browser" : browser);
  if (!system.empty()) words += " on " + std::string(system);
  return words;
}

}  // namespace front
