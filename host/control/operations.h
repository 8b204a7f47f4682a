// The operator's commands that change something: deploy, rollback, scale, routes.
//
//   {"command":"deploy","name":"login","manifest":"{...}"} with the binary's descriptor beside it;
//                                                           "manifest" may be missing
//   {"command":"rollback","name":"login"}
//   {"command":"scale","name":"login","min":1,"max":4}       one of the two may be missing
//   {"command":"route",...}                                  host/routing/route_command.h
//   {"command":"migration",...}                              host/routing/migration_command.h
//
// Each is answered by one line, when it is done: {"ok":true,...} or {"ok":false,"error":"..."}.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "host/control/request_server.h"
#include "host/routing/routing.h"
#include "host/supervisor/deployer.h"
#include "host/supervisor/supervisor.h"

namespace host {

// What it takes to carry out one command; errors are thrown by the JSON library when a value is
// missing or of another type, and told to the client.
using Operation = std::function<void(const nlohmann::ordered_json& request, std::vector<Fd>& fds,
                                     const Reply& reply)>;
using Operations = std::map<std::string, Operation>;  // by command

Operations MakeOperations(Supervisor& supervisor, Deployer& deployer, Routing& routing);

// Carries out a command of `operations`; hands everything else to `otherwise`.
void HandleCommand(Incoming request, const Reply& reply, const Operations& operations,
                   const std::function<std::string(std::optional<std::string_view>)>& otherwise);

// Lines of an answer.
std::string Done(nlohmann::ordered_json answer);  // adds "ok"
std::string Refused(const std::string& why);

}  // namespace host
