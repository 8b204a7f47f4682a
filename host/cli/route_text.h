// What `fnhost route` says to people.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace host {

// "login: 40 % of clients to the function, the rest to http://127.0.0.1:9000". `route` is one of an
// answer's (host/routing/route_command.h).
std::string RouteSentence(const nlohmann::ordered_json& route, const std::string& monolith);

// A line about the monolith, then a row per route.
std::string RouteRows(const nlohmann::ordered_json& answer);

}  // namespace host
