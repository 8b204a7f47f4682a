// The locations of one function's route (nginx/snippets/function.conf and those beside it).
#pragma once

#include <optional>
#include <string>

#include "host/nginx_config/monolith.h"
#include "host/nginx_config/paths.h"

namespace host {

// Internal locations, named by function and route.
std::string FunctionLocation(const Served& served);  // passes the request to the function
std::string RouteLocation(const Served& served);     // asks for its side first

struct Place {
  std::string match;         // what stands after `location`
  std::string dispatch;      // lines that lead other methods away
  std::string document_uri;  // where the path stands that the client asked for
  long body_bytes;
  bool asks_side = true;  // before it passes the request on, when there is switching
};

std::string RenderFunction(const Served& served, const Place& place,
                           const std::optional<Switching>& switching);

// RouteLocation, which takes bodies of `body_bytes` and then leads to FunctionLocation.
std::string RenderRoute(const Served& served, long body_bytes, const Switching& switching);

// Where a GET goes a second time when the route is mirrored; "" when the route serves none.
std::string RenderMirror(const Served& served);

// `return`s when the route of the function $function is on the monolith's side.
std::string RenderSide(const Switching& switching, const std::string& name,
                       const std::string& mirror_location);

}  // namespace host
