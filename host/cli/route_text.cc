#include "host/cli/route_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/routing/route_target.h"

namespace host {

std::string RouteSentence(const nlohmann::ordered_json& route, const std::string& monolith) {
  std::string name = route.at("name");
  const auto target = ParseTarget(route.at("to").get<std::string>()).value();
  switch (target.kind) {
    case RouteTarget::Kind::kFunction:
      return name + ": all requests to the function";
    case RouteTarget::Kind::kMonolith:
      return fmt::format("{}: all requests to {}", name, monolith);
    case RouteTarget::Kind::kSplit:
      return fmt::format("{}: {} % of clients to the function, the rest to {}", name,
                         target.percent, monolith);
    case RouteTarget::Kind::kMirror:
      return fmt::format(
          "{}: all requests to {}; GETs to the function too, its answers are dropped", name,
          monolith);
    case RouteTarget::Kind::kAuto:
      return fmt::format("{}: to the function while it can serve, else to {}; now the {} serves",
                         name, monolith, route.at("serving").get<std::string>());
    case RouteTarget::Kind::kRetired:
      return fmt::format("{}: all requests to the function, none ever to {}", name, monolith);
  }
  return name;
}

std::string RouteRows(const nlohmann::ordered_json& answer) {
  size_t width = std::string("FUNCTION").size();
  for (const auto& route : answer.at("routes")) {
    width = std::max(width, route.at("name").get_ref<const std::string&>().size());
  }
  std::string rows =
      fmt::format("monolith {}\n{:<{}}  {:<9}  {}\n", answer.at("monolith").get<std::string>(),
                  "FUNCTION", width, "TO", "SERVING");
  for (const auto& route : answer.at("routes")) {
    rows += fmt::format("{:<{}}  {:<9}  {}\n", route.at("name").get<std::string>(), width,
                        route.at("to").get<std::string>(), route.at("serving").get<std::string>());
  }
  return rows;
}

}  // namespace host
