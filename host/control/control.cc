#include "host/control/control.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "host/control/metrics.h"

namespace host {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const Json& tree) {
  return tree.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool Ready(const HostStatus& status, const std::optional<DatabaseState>& database) {
  return status.ready() && (!database || database->ok);
}

std::string DurationsJson(const CountersByFunction& functions) {
  Json tree = {{"ok", true}, {"bounds_s", kDurationBounds}, {"durations", Json::object()}};
  for (const auto& [name, revisions] : functions) {
    DurationHistogram all;
    for (const auto& [method, each] : Sum(revisions).durations) all += each;
    tree["durations"][name] = {{"buckets", all.buckets}, {"sum_s", all.sum_s}};
  }
  return Text(tree);
}

std::string Refuse(const std::string& why) { return Text({{"ok", false}, {"error", why}}); }

}  // namespace

std::string ReadyJson(const HostStatus& status, const std::optional<DatabaseState>& database) {
  Json tree = {{"ready", Ready(status, database)}, {"state", status.state}};
  Json& functions = tree["functions"] = Json::object();
  for (const FunctionStatus& each : status.functions) {
    functions[each.name] = {{"ready", each.ready}, {"wanted", each.wanted}};
    if (!each.fault.empty()) functions[each.name]["fault"] = each.fault;
  }
  if (database) {
    tree["database"] = {{"ok", database->ok}, {"schema_version", database->found}};
    if (!database->ok) tree["database"]["detail"] = database->detail;
  }
  return Text(tree);
}

HttpAnswer AnswerPage(std::string_view path, const HostView& host) {
  if (path == "/livez") return {200, "application/json", "{\"alive\":true}\n"};
  if (path == "/readyz") {
    const HostStatus status = host.status();
    const auto database = host.database();
    return {Ready(status, database) ? 200 : 503, "application/json", ReadyJson(status, database)};
  }
  if (path == "/metrics") {
    return {200, "text/plain; version=0.0.4; charset=utf-8",
            MetricsText(host.status(), host.counters(), host.database())};
  }
  return {404, "", ""};
}

std::string AnswerCommand(std::optional<std::string_view> line, const HostView& host) {
  if (!line) return Refuse("the request is too long");
  const Json request = Json::parse(*line, nullptr, false);
  if (!request.is_object() || !request.contains("command") || !request["command"].is_string()) {
    return Refuse("not a request: one line, as in {\"command\":\"status\"}");
  }
  const auto command = request["command"].get<std::string>();
  if (command == "status") {
    return fmt::format("{{\"ok\":true,\"status\":{}}}\n", ToJson(host.status()));
  }
  if (command == "durations") return DurationsJson(host.counters());
  return Refuse(fmt::format("unknown command \"{}\"; known: durations, status", command));
}

}  // namespace host
