#include "host/routing/route_command.h"

#include <nlohmann/json.hpp>

namespace host {
namespace {

using Json = nlohmann::ordered_json;
using Kind = RouteTarget::Kind;

std::string Serving(const RouteTable::Route& route) {
  switch (route.target.kind) {
    case Kind::kFunction:
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
                                              RouteTable* table) {
  if (table == nullptr) {
    return std::unexpected(
        "there is nothing to choose between: the host's configuration names no \"monolith\"");
  }
  Json routes = Json::array();
  if (request.contains("name")) {
    const auto name = request["name"].get<std::string>();
    const auto target = ParseTarget(request.at("to").get<std::string>());
    if (!target) return std::unexpected(target.error());
    const auto before = table->Find(name);
    if (const auto moved = table->Set(name, *target); !moved) {
      return std::unexpected(moved.error());
    }
    routes.push_back(ToJson(*table->Find(name)));
    routes.back()["was"] = ToText(before->target);
  } else {
    for (const auto& route : table->Routes()) routes.push_back(ToJson(route));
  }
  return Json{{"monolith", config.monolith->url}, {"routes", routes}};
}

}  // namespace host
