#include "host/manifest/path.h"

#include <algorithm>
#include <array>
#include <set>

#include "host/manifest/names.h"

namespace host {
namespace {

constexpr size_t kPathBytes = 256;

// First segments that NGINX answers itself (nginx/nginx.conf.template).
constexpr std::array<std::string_view, 8> kReserved = {
    "static", "healthz", "metrics", "livez", "readyz", "favicon.ico", "robots.txt", ".fnhost"};

bool IsLiteral(std::string_view text) {
  return text != "." && text != ".." && std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-' || c == '~';
         });
}

std::expected<PathSegment, std::string> ParseSegment(std::string_view text) {
  if (!text.starts_with('{')) {
    if (IsLiteral(text)) return PathSegment{PathSegment::Kind::kLiteral, std::string(text)};
    return std::unexpected("segment \"" + std::string(text) +
                           "\" must be of letters, digits and . _ - ~, or {name}, or {name:int}");
  }
  auto kind = PathSegment::Kind::kText;
  std::string_view name = text.substr(1);
  if (name.ends_with(":int}")) {
    kind = PathSegment::Kind::kInteger;
    name.remove_suffix(5);
  } else if (name.ends_with('}')) {
    name.remove_suffix(1);
  } else {
    name = "";
  }
  if (!IsName(name)) {
    return std::unexpected("parameter \"" + std::string(text) +
                           "\" must be {name} or {name:int}, " + kNameRule);
  }
  return PathSegment{kind, std::string(name)};
}

}  // namespace

std::expected<std::vector<PathSegment>, std::string> ParsePath(std::string_view path) {
  if (!path.starts_with('/')) return std::unexpected("must begin with /");
  if (path.size() > kPathBytes) return std::unexpected("must have at most 256 bytes");
  std::vector<PathSegment> segments;
  std::set<std::string> names;
  std::string_view rest = path.substr(1);
  while (!rest.empty()) {
    const size_t slash = rest.find('/');
    const std::string_view text = rest.substr(0, slash);
    rest = slash == std::string_view::npos ? "" : rest.substr(slash + 1);
    if (text.empty()) return std::unexpected("must not hold an empty segment (//)");
    auto segment = ParseSegment(text);
    if (!segment) return std::unexpected(segment.error());
    if (segment->kind != PathSegment::Kind::kLiteral && !names.insert(segment->text).second) {
      return std::unexpected("parameter {" + segment->text + "} stands there twice");
    }
    segments.push_back(*std::move(segment));
  }
  if (!segments.empty() && segments[0].kind != PathSegment::Kind::kLiteral) {
    return std::unexpected("must begin with a literal segment, else it takes every other route");
  }
  if (!segments.empty() && std::ranges::find(kReserved, segments[0].text) != kReserved.end()) {
    return std::unexpected("/" + segments[0].text + " is answered by NGINX itself");
  }
  return segments;
}

std::string Shape(const Route& route) {
  std::string shape;
  for (const auto& segment : route.segments) {
    shape += '/';
    if (segment.kind == PathSegment::Kind::kText) {
      shape += "{}";
    } else if (segment.kind == PathSegment::Kind::kInteger) {
      shape += "{:int}";
    } else {
      shape += segment.text;
    }
  }
  return shape.empty() ? "/" : shape;
}

std::optional<std::map<std::string, std::string>> MatchPath(const Route& route,
                                                            std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  std::map<std::string, std::string> values;
  bool more = !path.empty();
  for (const PathSegment& segment : route.segments) {
    if (!more) return std::nullopt;
    const size_t slash = path.find('/');
    const std::string_view text = path.substr(0, slash);
    more = slash != std::string_view::npos;
    path.remove_prefix(more ? slash + 1 : path.size());
    if (text.empty()) return std::nullopt;
    if (segment.kind == PathSegment::Kind::kLiteral) {
      if (text != segment.text) return std::nullopt;
      continue;
    }
    const bool digits = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
    if (segment.kind == PathSegment::Kind::kInteger && !digits) return std::nullopt;
    values[segment.text] = text;
  }
  if (more) return std::nullopt;
  return values;
}

}  // namespace host
