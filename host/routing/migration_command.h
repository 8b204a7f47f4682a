// What `fnhost migration` and `fnhost compare` ask of a running host, and what they are answered.
//
//   {"command":"migration"}                                     -> every route
//   {"command":"migration","move":{"login":"split:10",...},"by":"alice","note":"..."}
//                                                     -> those routes, moved in one moment
//   {"command":"migration","undo":["login",...],"by":"alice"}
//        each to where it was before its last move; a route that has no earlier move here, one step
//        back (ladder.h)
//   {"command":"migration","undo":[],"by":"alice"}              -> all to the monolith, but for
//   those
//                                                     that are retired
//   {"command":"migration","compared":{"name":"login","compared":12,"different":0,"failed":0},
//    "by":"alice"}                                              -> kept for the next question
//
//   {"monolith":"http://127.0.0.1:9000","routes":[{"name":"login","to":"split:10",
//     "able":true,                                     whether the function could serve just now
//     "moved":{"at":"...","by":"...","from":"mirror","how":"promote"},                may be
//     missing "compared":{"at":"...","compared":12,"different":0,"failed":0}}, ...],           the
//     same
//    "faults":["..."]}                                 what was done but could not be written down
//
// A moved route has "was" too. The answer comes when a request that arrives from then on is served
// by the new side.
#pragma once

#include <expected>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "host/base/clock.h"
#include "host/routing/route_journal.h"
#include "host/routing/route_table.h"
#include "host/supervisor/config.h"

namespace host {

// What the commands about routes work on.
struct RouteState {
  RouteTable& table;
  RouteJournal& journal;
  std::function<bool(const std::string& name)> able;
  WallTime now;
};

// Moves and writes down. The error: nothing was moved. Adds to `faults` what could not be written.
std::expected<void, std::string> MoveRoutes(RouteState& state,
                                            const std::map<std::string, RouteTarget>& targets,
                                            RouteMove how, std::vector<std::string>& faults);

// The error is a line for people. Throws nlohmann::json::exception when a value of the request is
// missing or of another type.
std::expected<nlohmann::ordered_json, std::string> MigrationCommand(
    const nlohmann::ordered_json& request, const HostConfig& config, RouteState state);

}  // namespace host
