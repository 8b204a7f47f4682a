#include "host/cli/compare/samples.h"

#include <fcntl.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "host/logs/file.h"
#include "host/supervisor/fd.h"

namespace host {
namespace {

bool IsLiteral(const Route& route) {
  return std::ranges::all_of(route.segments, [](const PathSegment& segment) {
    return segment.kind == PathSegment::Kind::kLiteral;
  });
}

std::string Text(const nlohmann::json& line, const char* key) {
  const auto found = line.find(key);
  return found != line.end() && found->is_string() ? found->get<std::string>() : "";
}

// The path of a GET that the function answered, or the monolith in its place; else "".
std::string PathOf(std::string_view text, const std::string& function) {
  if (text.find("\"GET\"") == std::string_view::npos) return "";
  const auto line = nlohmann::json::parse(text, nullptr, false);
  if (!line.is_object() || Text(line, "method") != "GET" || Text(line, "function") != function) {
    return "";
  }
  const std::string path = Text(line, "uri");
  return path.starts_with('/') ? path : "";
}

}  // namespace

bool ServesGet(const Route& route) {
  return std::ranges::find(route.methods, "GET") != route.methods.end();
}

std::vector<std::string> SamplePaths(const Manifest& manifest, const std::string& log, size_t count,
                                     size_t log_bytes) {
  std::vector<std::string> paths;
  const auto add = [&](const std::string& path) {
    const bool known = path.empty() || std::ranges::find(paths, path) != paths.end();
    if (!known && paths.size() < count) paths.push_back(path);
  };
  for (const Route& route : manifest.routes) {
    if (ServesGet(route) && IsLiteral(route)) add(route.path);
  }
  const Fd fd(open(log.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return paths;
  size_t read = 0;
  LinesBackwards(fd.get(), [&](std::string_view line) {
    read += line.size() + 1;
    add(PathOf(line, manifest.name));
    return read < log_bytes && paths.size() < count;
  });
  return paths;
}

}  // namespace host
