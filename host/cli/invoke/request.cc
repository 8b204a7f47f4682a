#include "host/cli/invoke/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>

#include "host/manifest/path.h"

namespace host {
namespace {

using Values = std::map<std::string, std::string>;

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Nothing when a % is not followed by two hex digits.
std::optional<std::string> PercentDecoded(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

bool Serves(const Route& route, const std::string& method) {
  const std::string wanted = method == "HEAD" ? "GET" : method;
  return std::ranges::find(route.methods, wanted) != route.methods.end();
}

// The parameters of the route that serves it; of several the one with the fewest.
std::optional<Values> FindRoute(const Manifest& manifest, const std::string& method,
                                const std::string& path) {
  std::optional<Values> best;
  for (const Route& route : manifest.routes) {
    if (!Serves(route, method)) continue;
    auto values = MatchPath(route, path);
    if (values && (!best || values->size() < best->size())) best = std::move(values);
  }
  return best;
}

std::string Routes(const Manifest& manifest) {
  std::string text;
  for (const Route& route : manifest.routes) {
    for (const std::string& method : route.methods) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", method, route.path);
    }
  }
  return text;
}

// NGINX drops names with an underscore: in a parameter they would be another header's.
bool IsHeaderName(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

std::string Upper(std::string_view name) {
  std::string out(name);
  std::ranges::transform(out, out.begin(), [](char c) {
    if (c == '-') return '_';
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return out;
}

// The error is a line for people.
std::expected<std::pair<std::string, std::string>, std::string> ReadHeader(
    const std::string& header) {
  const size_t colon = header.find(':');
  const std::string name = header.substr(0, colon);
  if (colon == std::string::npos || !IsHeaderName(name)) {
    return std::unexpected(fmt::format(
        "\"{}\" is no header: write NAME:VALUE, the name of letters, digits and -", header));
  }
  std::string value = header.substr(std::min(header.size(), colon + 1));
  value.erase(0, std::min(value.size(), value.find_first_not_of(" \t")));
  if (value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
    return std::unexpected(fmt::format("the value of {} holds CR, LF or NUL", name));
  }
  if (Upper(name) == "CONTENT_LENGTH") {
    return std::unexpected("Content-Length is set by the body: --body FILE");
  }
  return std::pair{Upper(name), value};
}

}  // namespace

std::expected<wire::Pairs, std::string> InvokeParameters(const Manifest& manifest,
                                                         const InvokeRequest& request) {
  const size_t question = request.path.find('?');
  const std::string raw = request.path.substr(0, question);
  const std::string query = question == std::string::npos ? "" : request.path.substr(question + 1);
  const auto path = PercentDecoded(raw);
  if (!path || !path->starts_with('/') ||
      request.path.find_first_of(" \r\n#") != std::string::npos) {
    return std::unexpected(
        fmt::format("\"{}\" is no path: it begins with /, and what is special in it is written as "
                    "%XX",
                    request.path));
  }
  const auto route = FindRoute(manifest, request.method, *path);
  if (!route) {
    return std::unexpected(fmt::format("{} does not serve {} {}; it serves: {}", manifest.name,
                                       request.method, raw, Routes(manifest)));
  }
  wire::Pairs pairs = {{"REQUEST_METHOD", request.method},
                       {"REQUEST_URI", request.path},
                       {"DOCUMENT_URI", *path},
                       {"QUERY_STRING", query},
                       {"REMOTE_ADDR", "127.0.0.1"},
                       {"REQUEST_ID", request.request_id}};
  bool has_host = false;
  for (const std::string& each : request.headers) {
    auto header = ReadHeader(each);
    if (!header) return std::unexpected(header.error());
    has_host |= header->first == "HOST";
    const bool plain = header->first == "CONTENT_TYPE";
    pairs.emplace_back((plain ? "" : "HTTP_") + header->first, header->second);
  }
  if (!has_host) pairs.emplace_back("HTTP_HOST", "localhost");
  for (const auto& [name, value] : *route) pairs.emplace_back("ROUTE_" + name, value);
  return pairs;
}

std::string NewRequestId() {
  std::random_device random;
  std::string id;
  for (int i = 0; i < 4; ++i) id += fmt::format("{:08x}", random());
  return id;
}

}  // namespace host
