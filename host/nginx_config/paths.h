// Routes grouped by path: NGINX chooses a location by path first, and by method inside of it.
#pragma once

#include <string>
#include <vector>

#include "host/manifest/manifest.h"

namespace host {

struct Served {
  const Manifest* manifest = nullptr;
  size_t route = 0;  // which of the manifest's routes

  const Route& at() const { return manifest->routes[route]; }
};

struct Path {
  std::string shape;  // host/manifest/path.h
  std::vector<Served>
      served;  // the one that serves GET first: its requests need no second location
};

// All paths, those with more literal segments first, so that NGINX's first match is the closest
// one. Points into `manifests`.
std::vector<Path> PathsOf(const std::vector<Manifest>& manifests, bool with_internal);

bool ServesGet(const Served& served);

bool IsLiteral(const Path& path);

// "GET, HEAD, POST, OPTIONS"
std::string Allow(const Path& path);

// What stands after `location`: "= /api/login" (literal paths: without and with trailing slash), or
// one regular expression whose captures are $route_0, $route_1, ... by the segment's position.
std::vector<std::string> Matches(const Path& path);

}  // namespace host
