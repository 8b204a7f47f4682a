#include "functions/shared/oauth/redirect_uri.h"

#include <algorithm>
#include <cctype>

namespace oauth {
namespace {

constexpr size_t kMaxBytes = 1000;

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

struct Parts {
  std::string_view scheme;
  bool has_authority = false;
  std::string_view authority;  // host and port
  std::string_view host;       // with its brackets, when it is an IPv6 address
  std::string_view port;       // digits
  std::string_view rest;       // path and query
};

Parts Split(std::string_view uri) {
  Parts parts;
  const size_t colon = std::min(uri.find(':'), uri.size());
  parts.scheme = uri.substr(0, colon);
  std::string_view rest = uri.substr(std::min(colon + 1, uri.size()));
  if (rest.starts_with("//")) {
    parts.has_authority = true;
    rest.remove_prefix(2);
    parts.authority = rest.substr(0, rest.find_first_of("/?"));
    rest.remove_prefix(parts.authority.size());
    const size_t bracket = parts.authority.rfind(']');
    const size_t port = parts.authority.rfind(':');
    const bool has_port =
        port != std::string_view::npos && (bracket == std::string_view::npos || port > bracket);
    parts.host = parts.authority.substr(0, has_port ? port : parts.authority.size());
    if (has_port) parts.port = parts.authority.substr(port + 1);
  }
  parts.rest = rest;
  return parts;
}

// RFC 3986's characters but for those with a meaning that is refused: # and @, and [ ] outside of
// the host. Each % begins an escape.
bool HasOnlyUriCharacters(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size() || std::isxdigit(static_cast<unsigned char>(text[i + 1])) == 0 ||
          std::isxdigit(static_cast<unsigned char>(text[i + 2])) == 0) {
        return false;
      }
    } else if (c <= ' ' || c > '~' ||
               std::string_view("\"#<>@[\\]^`{|}*").find(c) != std::string_view::npos) {
      return false;
    }
  }
  return true;
}

bool IsSchemeOfApp(std::string_view scheme) {
  return !scheme.empty() && IsLower(scheme[0]) && scheme.find('.') != std::string_view::npos &&
         scheme.back() != '.' && scheme.find("..") == std::string_view::npos &&
         std::ranges::all_of(scheme, [](char c) {
           return IsLower(c) || IsDigit(c) || c == '+' || c == '-' || c == '.';
         });
}

// Lower case alone, so that there is one way to write it.
bool IsHostName(std::string_view host) {
  return !host.empty() && host.size() <= 253 && host[0] != '.' && host[0] != '-' &&
         host.find("..") == std::string_view::npos && std::ranges::all_of(host, [](char c) {
           return IsLower(c) || IsDigit(c) || c == '-' || c == '.';
         });
}

bool IsIpv6(std::string_view host) {
  return host.size() > 4 && host[0] == '[' && host.back() == ']' &&
         std::ranges::all_of(host.substr(1, host.size() - 2), [](char c) {
           return IsDigit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
         });
}

bool IsPort(std::string_view port) {
  if (port.empty() || port.size() > 5 || port[0] == '0' || !std::ranges::all_of(port, IsDigit)) {
    return false;
  }
  return port.size() < 5 || port <= "65535";
}

bool IsThisMachine(std::string_view host) {
  return host == "127.0.0.1" || host == "[::1]" || host == "localhost";
}

// A browser takes /a/../b, and /a/%2e%2e/b as well, for /b.
bool HasDotSegments(std::string_view path) {
  std::string plain(path.substr(0, path.find('?')));
  for (size_t at = 0; (at = plain.find('%', at)) != std::string::npos; ++at) {
    if (plain[at + 1] == '2' && (plain[at + 2] | 0x20) == 'e') plain.replace(at, 3, ".");
  }
  plain += '/';
  return plain.find("/./") != std::string::npos || plain.find("/../") != std::string::npos;
}

}  // namespace

std::string RedirectUriFault(std::string_view uri) {
  if (uri.empty() || uri.size() > kMaxBytes) return "must be 1 to 1000 bytes long";
  const Parts parts = Split(uri);
  if (!HasOnlyUriCharacters(parts.rest) || (parts.has_authority && !parts.host.starts_with('[') &&
                                            !HasOnlyUriCharacters(parts.authority))) {
    return "must be a URI without fragment, user information, wildcards and unescaped characters";
  }
  if (HasDotSegments(parts.rest)) return "must not have . or .. in its path";
  const bool http = parts.scheme == "http";
  if (!http && parts.scheme != "https") {
    if (!IsSchemeOfApp(parts.scheme)) {
      return "must begin with https:, http: on a loopback address, or an app's own scheme in lower "
             "case with a dot in it, such as com.example.app:";
    }
    if (parts.has_authority && !parts.authority.empty() && !IsHostName(parts.authority)) {
      return "must have a plain name, or nothing, behind ://";
    }
    return "";
  }
  if (!parts.has_authority || (!IsHostName(parts.host) && !IsIpv6(parts.host))) {
    return "must name a host, in lower case";
  }
  if (parts.authority.size() > parts.host.size() && !IsPort(parts.port)) {
    return "must have a port from 1 to 65535, or none";
  }
  if (http && !IsThisMachine(parts.host)) {
    return "must use https: http is for 127.0.0.1, [::1] and localhost alone";
  }
  return "";
}

bool IsSameRedirectUri(std::string_view registered, std::string_view asked) {
  if (registered == asked) return true;
  const Parts ours = Split(registered);
  const Parts theirs = Split(asked);
  return ours.scheme == "http" && theirs.scheme == "http" && theirs.has_authority &&
         IsThisMachine(ours.host) && ours.host == theirs.host && ours.rest == theirs.rest &&
         (theirs.authority.size() == theirs.host.size() || IsPort(theirs.port));
}

std::string HostOf(std::string_view uri) {
  const Parts parts = Split(uri);
  const bool web = parts.scheme == "https" || parts.scheme == "http";
  return std::string(web ? parts.host : parts.scheme);
}

bool IsOnDevice(std::string_view uri) { return !uri.starts_with("https:"); }

}  // namespace oauth
