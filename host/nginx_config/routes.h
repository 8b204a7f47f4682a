// Locations of one server, and the maps and method locations that they lead to.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host/manifest/manifest.h"
#include "host/nginx_config/monolith.h"
#include "host/nginx_config/paths.h"

namespace host {

// Maps of $request_method, one for all paths that dispatch in the same way.
class MethodMaps {
 public:
  // `entries`: lines "METHOD target;". The variable with its $.
  std::string Variable(const std::string& entries);
  std::string Render() const;

 private:
  std::map<std::string, std::string> variable_by_entries_;
};

class ServerRoutes {
 public:
  // With `switching`, a monolith serves what is on its side, and methods that no function of a path
  // serves.
  ServerRoutes(MethodMaps& maps, std::optional<Switching> switching)
      : maps_(&maps), switching_(std::move(switching)) {}

  void Add(const std::vector<Manifest>& manifests, bool with_internal);
  // The variable that leads all but GET and HEAD away: "" or where to.
  std::string GetOnly();

  const std::string& locations() const { return locations_; }
  std::string RenderMethods() const;  // where OPTIONS and 405 are answered

 private:
  void AddPath(const Path& path);
  void AddSwitchedPath(const Path& path);
  std::string MethodsLocation(const std::string& allow);

  MethodMaps* maps_;
  const std::optional<Switching> switching_;
  std::string locations_;
  std::map<std::string, std::string> allow_by_location_;
};

}  // namespace host
