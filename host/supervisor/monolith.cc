#include "host/supervisor/monolith.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace host {
namespace {

constexpr std::array<std::pair<std::string_view, MonolithUrl::Protocol>, 3> kProtocols = {{
    {"http://", MonolithUrl::Protocol::kHttp},
    {"uwsgi://", MonolithUrl::Protocol::kUwsgi},
    {"fastcgi://", MonolithUrl::Protocol::kFastcgi},
}};

bool IsPort(std::string_view text) {
  int port = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  return fault == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool IsHost(std::string_view text) {
  const bool v6 = text.starts_with('[') && text.ends_with(']') && text.size() > 2;
  if (v6) text = text.substr(1, text.size() - 2);
  return !text.empty() && std::ranges::all_of(text, [v6](char c) {
    const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (v6) return hex || c == ':' || c == '.';
    return hex || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-';
  });
}

// What may stand in an nginx.conf, in quotes.
bool IsSocketPath(std::string_view text) {
  constexpr std::string_view kRefused = "$\"'\\;{}";
  return text.size() > 1 && text.size() < 108 && !text.ends_with('/') &&
         std::ranges::all_of(
             text,
             [&](unsigned char c) {
               return c > 32 && c != 127 &&
                      kRefused.find(static_cast<char>(c)) == std::string_view::npos;
             });
}

}  // namespace

std::expected<MonolithUrl, std::string> ParseMonolithUrl(std::string_view text) {
  const auto found = std::ranges::find_if(
      kProtocols, [&](const auto& each) { return text.starts_with(each.first); });
  if (found == kProtocols.end()) {
    return std::unexpected("must begin with http://, uwsgi:// or fastcgi://");
  }
  const std::string_view rest = text.substr(found->first.size());
  if (rest.starts_with('/')) {
    if (IsSocketPath(rest)) return MonolithUrl{found->second, "unix:" + std::string(rest)};
    return std::unexpected("must name a Unix socket by a path of at most 107 plain characters");
  }
  const size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos || !IsHost(rest.substr(0, colon)) ||
      !IsPort(rest.substr(colon + 1))) {
    return std::unexpected(
        "must end with HOST:PORT and nothing behind it, or with the path of a Unix socket");
  }
  return MonolithUrl{found->second, std::string(rest)};
}

}  // namespace host
