#include "host/supervisor/upstream.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace host {
namespace {

constexpr std::string_view kName = "{name}";
constexpr std::string_view kDnsName = "{dns_name}";

void Replace(std::string& text, std::string_view what, const std::string& with) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
}

// Any function's address, with a name that has both letters.
std::string Example(std::string_view server) { return UpstreamOf(std::string(server), "a_b"); }

bool IsHostPort(std::string_view server) {
  const std::string example = Example(server);
  const size_t colon = example.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  int port = 0;
  const char* end = example.data() + example.size();
  const auto [rest, fault] = std::from_chars(example.data() + colon + 1, end, port);
  if (fault != std::errc() || rest != end || port < 1 || port > 65535) return false;
  return std::ranges::all_of(example.substr(0, colon), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
  });
}

bool IsPath(std::string_view path) {
  return path.starts_with('/') && std::ranges::all_of(Example(path), [](unsigned char c) {
           return std::isalnum(c) != 0 ||
                  std::string_view("/._-").find(c) != std::string_view::npos;
         });
}

}  // namespace

std::expected<std::string, std::string> ParseUpstream(std::string_view text) {
  constexpr std::string_view kTcp = "tcp://";
  constexpr std::string_view kUnix = "unix://";
  const bool named =
      text.find(kName) != std::string_view::npos || text.find(kDnsName) != std::string_view::npos;
  if (named && text.starts_with(kTcp) && IsHostPort(text.substr(kTcp.size()))) {
    return std::string(text.substr(kTcp.size()));
  }
  if (named && text.starts_with(kUnix) && IsPath(text.substr(kUnix.size()))) {
    return "unix:" + std::string(text.substr(kUnix.size()));
  }
  return std::unexpected(
      "must be tcp://HOST:PORT or unix:///PATH with {name} or {dns_name} in it, as in "
      "tcp://{name}:9000");
}

std::string UpstreamOf(const std::string& server, const std::string& function) {
  std::string out = server;
  std::string dns_name = function;
  std::ranges::replace(dns_name, '_', '-');
  Replace(out, kName, function);
  Replace(out, kDnsName, dns_name);
  return out;
}

std::expected<Canaries, std::string> ParseCanaries(std::string_view text) {
  Canaries out;
  if (text.empty()) return out;
  while (true) {
    const std::string_view one = text.substr(0, text.find(','));
    const size_t equals = one.find('=');
    int percent = 0;
    const char* const end = one.data() + one.size();
    const char* const from = equals == std::string_view::npos ? end : one.data() + equals + 1;
    const auto [rest, fault] = std::from_chars(from, end, percent);
    if (equals == 0 || fault != std::errc() || rest != end || percent < 1 || percent > 99 ||
        !out.emplace(one.substr(0, equals), percent).second) {
      return std::unexpected("must be NAME=PERCENT (1 to 99), each name once, as login=10,cart=5");
    }
    if (one.size() == text.size()) return out;
    text.remove_prefix(one.size() + 1);
  }
}

}  // namespace host
