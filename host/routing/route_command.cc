#include "host/routing/route_command.h"

#include <nlohmann/json.hpp>

namespace host {
namespace {

using Json = nlohmann::ordered_json;
using Kind = RouteTarget::Kind;

std::string Serving(const RouteTable::Route& route) {
  switch (route.target.kind) {
    case Kind::kFunction:
    case Kind::kRetired:
      return "function";
    case Kind::kMonolith:
    case Kind::kMirror:
      return "monolith";
    case Kind::kAuto:
      return route.can_serve ? "function" : "monolith";
    case Kind::kSplit:
      return route.target.percent == 0     ? "monolith"
             : route.target.percent == 100 ? "function"
                                           : "split";
  }
  return "";
}

Json ToJson(const RouteTable::Route& route) {
  return {{"name", route.name}, {"to", ToText(route.target)}, {"serving", Serving(route)}};
}

}  // namespace

std::expected<Json, std::string> RouteCommand(const Json& request, const HostConfig& config,
                                              RouteState state) {
  Json tree = {{"monolith", config.monolith->url}, {"routes", Json::array()}};
  Json& routes = tree["routes"];
  if (!request.contains("name")) {
    for (const auto& route : state.table.Routes()) routes.push_back(ToJson(route));
    return tree;
  }
  const auto name = request["name"].get<std::string>();
  const auto target = ParseTarget(request.at("to").get<std::string>());
  if (!target) return std::unexpected(target.error());
  const auto before = state.table.Find(name);
  if (!before) return std::unexpected("there is no function " + name);
  if (before->target.kind == Kind::kRetired && target->kind != Kind::kRetired) {
    return std::unexpected(name + " is retired. Back: fnhost migration undo " + name);
  }
  std::vector<std::string> faults;
  const RouteMove how{.by = request.value("by", "")};
  if (const auto moved = MoveRoutes(state, {{name, *target}}, how, faults); !moved) {
    return std::unexpected(moved.error());
  }
  routes.push_back(ToJson(*state.table.Find(name)));
  routes.back()["was"] = ToText(before->target);
  if (!faults.empty()) tree["faults"] = faults;
  return tree;
}

}  // namespace host
