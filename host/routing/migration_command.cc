#include "host/routing/migration_command.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/routing/ladder.h"

namespace host {
namespace {

using Json = nlohmann::ordered_json;
using How = RouteMove::How;
using Targets = std::map<std::string, RouteTarget>;

Json ToJson(const RouteState& state, const RouteTable::Route& route) {
  Json tree = {
      {"name", route.name}, {"to", ToText(route.target)}, {"able", state.able(route.name)}};
  if (const auto move = state.journal.LastMove(route.name)) {
    tree["moved"] = {
        {"at", move->at}, {"by", move->by}, {"from", move->from}, {"how", ToText(move->how)}};
  }
  if (const auto last = state.journal.LastComparison(route.name)) {
    tree["compared"] = {{"at", last->at},
                        {"compared", last->compared},
                        {"different", last->different},
                        {"failed", last->failed}};
  }
  return tree;
}

std::expected<RouteTable::Route, std::string> Known(const RouteState& state,
                                                    const std::string& name) {
  const auto route = state.table.Find(name);
  if (!route) return std::unexpected("there is no function " + name);
  return *route;
}

std::expected<Targets, std::string> Asked(const RouteState& state, const Json& moves) {
  Targets targets;
  for (const auto& [name, to] : moves.items()) {
    const auto route = Known(state, name);
    if (!route) return std::unexpected(route.error());
    const auto target = ParseTarget(to.get<std::string>());
    if (!target) return std::unexpected(target.error());
    targets[name] = *target;
  }
  return targets;
}

std::expected<Targets, std::string> StepsBack(const RouteState& state, const Json& names) {
  Targets targets;
  for (const auto& each : names) {
    const auto name = each.get<std::string>();
    const auto route = Known(state, name);
    if (!route) return std::unexpected(route.error());
    const auto before = state.journal.Before(name);
    const auto written = before ? ParseTarget(*before) : std::unexpected("");
    const auto target = written ? std::optional(*written) : StepBack(route->target);
    if (!target) return std::unexpected(name + " is with the monolith: there is no step back");
    targets[name] = *target;
  }
  return targets;
}

Targets AllBack(const RouteState& state) {
  Targets targets;
  for (const auto& route : state.table.Routes()) {
    if (route.target.kind != RouteTarget::Kind::kRetired) {
      targets[route.name] = TargetOf(Step::kMonolith);
    }
  }
  return targets;
}

RouteComparison ComparisonOf(const Json& found, const RouteState& state, const std::string& by) {
  return {.at = UtcText(state.now),
          .name = found.at("name"),
          .by = by,
          .compared = found.at("compared"),
          .different = found.at("different"),
          .failed = found.at("failed")};
}

}  // namespace

std::expected<void, std::string> MoveRoutes(RouteState& state, const Targets& targets,
                                            RouteMove how, std::vector<std::string>& faults) {
  Targets was;
  for (const auto& [name, target] : targets) {
    if (const auto route = state.table.Find(name)) was[name] = route->target;
  }
  if (const auto moved = state.table.Set(targets); !moved) return moved;
  how.at = UtcText(state.now);
  for (const auto& [name, target] : targets) {
    if (was[name] == target && how.how != How::kReset) continue;
    how.name = name;
    how.from = ToText(was[name]);
    how.to = ToText(target);
    if (const auto kept = state.journal.Add(how); !kept) faults.push_back(kept.error());
  }
  return {};
}

std::expected<Json, std::string> MigrationCommand(const Json& request, const HostConfig& config,
                                                  RouteState state) {
  const auto by = request.value("by", "");
  RouteMove how{.by = by, .note = request.value("note", "")};
  std::expected<Targets, std::string> targets;
  std::vector<std::string> faults;
  if (request.contains("move")) {
    how.how = How::kPromote;
    targets = Asked(state, request["move"]);
  } else if (request.contains("undo")) {
    how.how = request["undo"].empty() ? How::kReset : How::kUndo;
    targets = request["undo"].empty() ? AllBack(state) : StepsBack(state, request["undo"]);
  } else if (request.contains("compared")) {
    const auto comparison = ComparisonOf(request["compared"], state, by);
    if (const auto route = Known(state, comparison.name); !route) {
      return std::unexpected(route.error());
    }
    if (const auto kept = state.journal.Add(comparison); !kept) faults.push_back(kept.error());
  }
  if (!targets) return std::unexpected(targets.error());
  std::map<std::string, std::string> was;
  for (const auto& [name, target] : *targets) was[name] = ToText(state.table.Find(name)->target);
  if (const auto moved = MoveRoutes(state, *targets, how, faults); !moved) {
    return std::unexpected(moved.error());
  }
  Json routes = Json::array();
  for (const auto& route : state.table.Routes()) {
    if (!was.empty() && !was.contains(route.name)) continue;
    routes.push_back(ToJson(state, route));
    if (!was.empty()) routes.back()["was"] = was[route.name];
  }
  return Json{{"monolith", config.monolith->url}, {"routes", routes}, {"faults", faults}};
}

}  // namespace host
