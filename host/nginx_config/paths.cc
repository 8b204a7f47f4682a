#include "host/nginx_config/paths.h"

#include <algorithm>
#include <map>
#include <set>

#include "host/manifest/path.h"

namespace host {
namespace {

// "/a/{}" sorts after "/a/{:int}" after "/a/b".
std::vector<std::pair<int, std::string>> SortKey(const Path& path) {
  std::vector<std::pair<int, std::string>> key;
  for (const auto& segment : path.served[0].at().segments) {
    const bool literal = segment.kind == PathSegment::Kind::kLiteral;
    key.emplace_back(literal                                       ? 0
                     : segment.kind == PathSegment::Kind::kInteger ? 1
                                                                   : 2,
                     literal ? segment.text : "");
  }
  return key;
}

std::string EscapeLiteral(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '.') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

bool ServesGet(const Served& served) {
  return std::ranges::find(served.at().methods, "GET") != served.at().methods.end();
}

std::vector<Path> PathsOf(const std::vector<Manifest>& manifests, bool with_internal) {
  std::map<std::string, Path> by_shape;
  for (const auto& manifest : manifests) {
    if (manifest.exposure == Exposure::kInternal && !with_internal) continue;
    for (size_t i = 0; i < manifest.routes.size(); ++i) {
      auto& path = by_shape[Shape(manifest.routes[i])];
      path.shape = Shape(manifest.routes[i]);
      path.served.push_back({&manifest, i});
    }
  }
  std::vector<Path> paths;
  for (auto& [shape, path] : by_shape) {
    std::ranges::stable_partition(path.served, ServesGet);
    paths.push_back(std::move(path));
  }
  std::ranges::stable_sort(paths, {}, SortKey);
  return paths;
}

bool IsLiteral(const Path& path) {
  return std::ranges::all_of(path.served[0].at().segments, [](const auto& segment) {
    return segment.kind == PathSegment::Kind::kLiteral;
  });
}

std::string Allow(const Path& path) {
  std::set<std::string> methods;
  for (const auto& served : path.served) {
    for (const auto& method : served.at().methods) {
      methods.insert(method);
      if (method == "GET") methods.insert("HEAD");
    }
  }
  std::string allow;
  for (const auto& method : methods) allow += method + ", ";
  return allow + "OPTIONS";
}

std::vector<std::string> Matches(const Path& path) {
  if (path.shape == "/") return {"= /"};
  if (IsLiteral(path)) return {"= " + path.shape, "= " + path.shape + "/"};
  std::string pattern = "~ \"^";
  int position = 0;
  for (const auto& segment : path.served[0].at().segments) {
    pattern += '/';
    if (segment.kind == PathSegment::Kind::kLiteral) {
      pattern += EscapeLiteral(segment.text);
    } else {
      pattern += "(?<route_" + std::to_string(position) + ">" +
                 (segment.kind == PathSegment::Kind::kInteger ? "[0-9]+" : "[^/]+") + ")";
    }
    ++position;
  }
  return {pattern + "/?\\z\""};  // \z: `$` would let a line break through
}

}  // namespace host
