// Paths of manifests: "/api/users/{username}/thoughts/", "/api/thoughts/{id:int}/".
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/manifest/manifest.h"

namespace host {

// The path's segments, or what is wrong with it and what is allowed.
std::expected<std::vector<PathSegment>, std::string> ParsePath(std::string_view path);

// What decides whether two routes are the same: a trailing slash and the names of parameters do not
// count.
// "/api/thoughts/{id:int}/" -> "/api/thoughts/{:int}"; "/" -> "/".
std::string Shape(const Route& route);

// The values of the parameters when `path` is one of this route's, as NGINX matches it: decoded, a
// trailing slash or none. Nothing when it is not.
std::optional<std::map<std::string, std::string>> MatchPath(const Route& route,
                                                            std::string_view path);

}  // namespace host
