#include "host/wire/client/cgi.h"

#include <fmt/format.h>
#include <strings.h>

#include <charconv>
#include <string_view>

namespace host::wire {
namespace {

// "NAME: VALUE", the status aside.
void ReadHeader(std::string_view line, CgiAnswer& answer, bool& has_status) {
  const size_t colon = line.find(':');
  const std::string_view name = line.substr(0, colon);
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  if (name.size() != 6 || strncasecmp(name.data(), "Status", 6) != 0) {
    answer.headers.emplace_back(name, value);
    return;
  }
  has_status =
      std::from_chars(value.data(), value.data() + value.size(), answer.status).ec == std::errc();
  const size_t space = value.find(' ');
  if (space != std::string_view::npos) answer.reason = value.substr(space + 1);
}

}  // namespace

std::expected<CgiAnswer, std::string> ParseCgi(std::string text) {
  CgiAnswer answer;
  bool has_status = false;
  size_t at = 0;
  for (bool first = true;; first = false) {
    const size_t end = text.find('\n', at);
    if (end == std::string::npos) return std::unexpected("the answer has no end of its headers");
    std::string_view line(text.data() + at, end - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    at = end + 1;
    if (line.empty()) break;
    if (first && line.starts_with("HTTP/") && line.find(' ') != std::string_view::npos) {
      ReadHeader("Status:" + std::string(line.substr(line.find(' '))), answer, has_status);
    } else if (line.find(':') == std::string_view::npos || line[0] == ':') {
      return std::unexpected(fmt::format("the answer's header \"{}\" is none", line.substr(0, 80)));
    } else {
      ReadHeader(line, answer, has_status);
    }
  }
  if (!has_status) {
    for (const auto& [name, value] : answer.headers) {
      if (strcasecmp(name.c_str(), "Location") == 0) answer.status = 302;
    }
  }
  answer.body = std::move(text.erase(0, at));
  return answer;
}

}  // namespace host::wire
