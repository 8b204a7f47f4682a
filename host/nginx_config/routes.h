// Locations of one server, and the maps and method locations that they lead to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/manifest/manifest.h"

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
  explicit ServerRoutes(MethodMaps& maps) : maps_(&maps) {}

  void Add(const std::vector<Manifest>& manifests, bool with_internal);
  // The variable that leads all but GET and HEAD away: "" or where to.
  std::string GetOnly();

  const std::string& locations() const { return locations_; }
  std::string RenderMethods() const;  // where OPTIONS and 405 are answered

 private:
  std::string MethodsLocation(const std::string& allow);

  MethodMaps* maps_;
  std::string locations_;
  std::map<std::string, std::string> allow_by_location_;
};

}  // namespace host
