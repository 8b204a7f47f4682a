// What `fnhost route` asks of a running host, and what it is answered.
//
//   {"command":"route"}                               -> the table
//   {"command":"route","name":"login","to":"split:40","by":"alice"}  -> that route, moved; "by" may
//                                                                      be missing
//
//   {"monolith":"http://127.0.0.1:9000",
//    "routes":[{"name":"login","to":"split:40","serving":"split"}, ...]}
//
// "serving": who answers at this moment: "function", "monolith", or "split" for both. A route that
// was moved has "was" too: its target before. A route that is retired is not moved by this: the
// operator may have switched the monolith off (migration_command.h has the way back).
#pragma once

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/routing/migration_command.h"
#include "host/supervisor/config.h"

namespace host {

// The error is a line for people. Throws nlohmann::json::exception when a value of the request is
// of another type.
std::expected<nlohmann::ordered_json, std::string> RouteCommand(
    const nlohmann::ordered_json& request, const HostConfig& config, RouteState state);

}  // namespace host
