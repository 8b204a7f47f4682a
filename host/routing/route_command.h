// What `fnhost route` asks of a running host, and what it is answered.
//
//   {"command":"route"}                               -> the table
//   {"command":"route","name":"login","to":"split:40"}  -> that route, moved
//
//   {"monolith":"http://127.0.0.1:9000",
//    "routes":[{"name":"login","to":"split:40","serving":"split"}, ...]}
//
// "serving": who answers at this moment: "function", "monolith", or "split" for both. A route that
// was moved has "was" too: its target before.
#pragma once

#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/routing/route_table.h"
#include "host/supervisor/config.h"

namespace host {

// `table` is null when there is no monolith. The error is a line for people. Throws
// nlohmann::json::exception when a value of the request is of another type.
std::expected<nlohmann::ordered_json, std::string> RouteCommand(
    const nlohmann::ordered_json& request, const HostConfig& config, RouteTable* table);

}  // namespace host
