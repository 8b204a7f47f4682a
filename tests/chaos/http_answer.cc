#include "tests/chaos/http_answer.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace chaos {
namespace {

constexpr std::string_view kLine = "\r\n";

std::optional<size_t> Number(std::string_view text, int base) {
  size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Appends the chunks to `body`; returns the bytes they took, with the last one's empty line.
std::expected<std::optional<size_t>, std::string> ReadChunks(std::string_view bytes,
                                                             std::string& body) {
  size_t at = 0;
  while (true) {
    const auto end = bytes.find(kLine, at);
    if (end == bytes.npos) return std::nullopt;
    const auto size = Number(bytes.substr(at, end - at), 16);
    if (!size) return std::unexpected("a chunk without a size");
    const auto next = end + kLine.size() + *size + kLine.size();
    if (next > bytes.size()) return std::nullopt;
    body.append(bytes, end + kLine.size(), *size);
    at = next;
    if (*size == 0) return at;
  }
}

}  // namespace

std::string HttpAnswer::Header(std::string_view name) const {
  for (size_t at = head.find(kLine); at != head.npos; at = head.find(kLine, at)) {
    at += kLine.size();
    const auto colon = at + name.size();
    if (colon >= head.size() || head[colon] != ':') continue;
    const bool same = std::equal(name.begin(), name.end(), head.begin() + static_cast<long>(at),
                                 [](char a, char b) { return a == std::tolower(b); });
    if (!same) continue;
    const auto first = head.find_first_not_of(' ', colon + 1);
    const auto end = std::min(head.find(kLine, colon), head.size());
    return first < end ? head.substr(first, end - first) : "";
  }
  return "";
}

std::expected<std::optional<HttpAnswer>, std::string> ParseHttpAnswer(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == bytes.npos) return std::nullopt;
  HttpAnswer answer;
  answer.head = bytes.substr(0, end);
  const auto status = Number(bytes.substr(0, end).substr(std::min<size_t>(9, end), 3), 10);
  if (!bytes.starts_with("HTTP/1.1 ") || !status) return std::unexpected("no status line");
  answer.status = static_cast<int>(*status);
  answer.closes = answer.Header("connection") == "close";
  const size_t start = end + 4;
  if (answer.status == 204 || answer.status == 304) {
    answer.size = start;
    return answer;
  }
  if (answer.Header("transfer-encoding") == "chunked") {
    const auto taken = ReadChunks(bytes.substr(start), answer.body);
    if (!taken) return std::unexpected(taken.error());
    if (!*taken) return std::nullopt;
    answer.size = start + **taken;
    return answer;
  }
  const auto length = Number(answer.Header("content-length"), 10);
  if (!length) return std::unexpected("an answer without a length");
  if (bytes.size() - start < *length) return std::nullopt;
  answer.body = bytes.substr(start, *length);
  answer.size = start + *length;
  return answer;
}

}  // namespace chaos
