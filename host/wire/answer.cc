#include "host/wire/answer.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>

namespace host::wire {
namespace {

bool IsTokenChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool Is(std::string_view name, std::string_view wanted) {
  return name.size() == wanted.size() && strncasecmp(name.data(), wanted.data(), name.size()) == 0;
}

bool IsOurs(std::string_view name) {
  return Is(name, "Status") || Is(name, "Content-Length") || Is(name, "X-Request-ID") ||
         Is(name.substr(0, 8), "X-Accel-");
}

}  // namespace

const char* CheckAnswer(const Answer& answer) {
  if (answer.status < 100 || answer.status > 599) return "the status is outside 100-599";
  for (const auto& [name, value] : answer.headers) {
    if (name.empty() || !std::ranges::all_of(name, IsTokenChar))
      return "a header's name is no token";
    if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return "a header's value holds CR, LF or NUL";
    }
  }
  return nullptr;
}

std::string WriteAnswer(const Answer& answer) {
  const bool bodyless = answer.status == 204 || answer.status == 304 || answer.status < 200;
  std::string text;
  text.reserve(256 + answer.body.size());
  text += "Status: ";
  text += fmt::format_int(answer.status).c_str();
  text += ' ';
  text += answer.reason;
  text += "\r\n";
  for (const auto& [name, value] : answer.headers) {
    if (IsOurs(name)) continue;
    text += name;
    text += ": ";
    text += value;
    text += "\r\n";
  }
  if (!answer.request_id.empty()) {
    text += "X-Request-ID: ";
    text += answer.request_id;
    text += "\r\n";
  }
  if (!bodyless) {
    text += "Content-Length: ";
    text += fmt::format_int(answer.body.size()).c_str();
    text += "\r\n";
  }
  text += "\r\n";
  if (!bodyless && !answer.head) text += answer.body;
  return text;
}

}  // namespace host::wire
