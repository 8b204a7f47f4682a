#include "host/wire/parameters.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "host/base/utf8.h"

namespace host::wire {
namespace {

// Headers that must stand once: their meaning with two values is a guess, and guesses differ
// between two parsers.
constexpr std::array<std::string_view, 17> kSingle = {"authorization",
                                                      "content-length",
                                                      "content-type",
                                                      "date",
                                                      "expect",
                                                      "from",
                                                      "host",
                                                      "idempotency-key",
                                                      "if-modified-since",
                                                      "if-range",
                                                      "if-unmodified-since",
                                                      "max-forwards",
                                                      "origin",
                                                      "range",
                                                      "referer",
                                                      "user-agent",
                                                      "x-request-id"};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string HeaderName(std::string_view http_name) {
  std::string name(http_name);
  std::ranges::transform(name, name.begin(), [](char c) { return c == '_' ? '-' : Lower(c); });
  return name;
}

// False when the header may not be repeated.
bool AddHeader(StringMap& headers, std::string name, std::string_view value) {
  const auto [known, fresh] = headers.try_emplace(std::move(name), value);
  if (fresh) return true;
  if (std::ranges::find(kSingle, known->first) != kSingle.end()) return false;
  known->second += known->first == "cookie" ? "; " : ", ";
  known->second += value;
  return true;
}

std::string Lowercase(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), Lower);
  return out;
}

}  // namespace

bool ReadContentLength(std::string_view text, long& length) {
  if (text.empty()) return true;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() && end == text.data() + text.size() && length >= 0;
}

Result<Head> ReadHead(const std::vector<std::string_view>& pairs) {
  Head head;
  std::string content_type;
  for (const std::string_view pair : pairs) {
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    if (name.starts_with("HTTP_")) {
      if (value.empty() || name == "HTTP_PROXY") continue;  // never an http_proxy from outside
      if (!AddHeader(head.headers, HeaderName(name.substr(5)), value)) {
        return Fail(400, "The header " + HeaderName(name.substr(5)) + " stands more than once.");
      }
    } else if (name.starts_with("ROUTE_")) {
      if (!IsUtf8(value)) return Fail(400, "The path is not UTF-8.");
      head.route.try_emplace(Lowercase(name.substr(6)), value);
    } else if (name == "REQUEST_METHOD") {
      head.method = value;
    } else if (name == "DOCUMENT_URI") {
      head.path = value;
    } else if (name == "QUERY_STRING") {
      head.query_string = value;
    } else if (name == "REMOTE_ADDR") {
      head.remote_address = value;
    } else if (name == "REQUEST_ID") {
      head.request_id = value;
    } else if (name == "CONTENT_TYPE") {
      content_type = value;
    } else if (name == "CONTENT_LENGTH") {
      if (!ReadContentLength(value, head.content_length))
        return Fail(400, "Content-Length is not a number.");
    }
  }
  if (!content_type.empty()) head.headers.try_emplace("content-type", std::move(content_type));
  if (head.method.empty()) return Fail(400, "The request has no method.");
  if (!IsUtf8(head.path)) return Fail(400, "The path is not UTF-8.");
  return head;
}

}  // namespace host::wire
