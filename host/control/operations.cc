#include "host/control/operations.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace host {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMostWorkers = 256;

std::string Line(const Json& tree) {
  return tree.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Deployer::Done Answering(const Reply& reply) {
  return [reply](const std::expected<DeployReport, std::string>& report) {
    if (!report) return reply(Refused(report.error()));
    reply(Done({{"function", report->function},
                {"revision", report->revision},
                {"previous", report->previous},
                {"changed", report->changed},
                {"workers", report->workers},
                {"ready_ms", report->ready_ms},
                {"finished_ms", report->finished_ms}}));
  };
}

std::optional<int> Number(const Json& request, const char* key) {
  if (!request.contains(key)) return std::nullopt;
  return request[key].get<int>();
}

void ScalePool(Supervisor& supervisor, const Json& request, const Reply& reply) {
  const auto name = request.at("name").get<std::string>();
  FunctionPool* pool = supervisor.Find(name);
  if (pool == nullptr) return reply(Refused("there is no function " + name));
  ScaleOverride scale = pool->scale();
  if (const auto min = Number(request, "min")) scale.min = min;
  if (const auto max = Number(request, "max")) scale.max = max;
  const PoolSettings& pool_settings = pool->launch().manifest.pool;
  const int min = scale.min.value_or(pool_settings.min);
  const int max = scale.max.value_or(pool_settings.max);
  if (min < 0 || max < 1 || max > kMostWorkers || min > max) {
    return reply(
        Refused(fmt::format("min {} and max {} do not fit: 0 <= min <= max, and max is 1 to {}",
                            min, max, kMostWorkers)));
  }
  supervisor.Scale(*pool, scale);
  const FunctionStatus status = pool->Status();
  reply(Done({{"function", name},
              {"mode", status.mode},
              {"min", min},
              {"max", max},
              {"wanted", status.wanted}}));
}

}  // namespace

std::string Done(Json answer) {
  Json tree = {{"ok", true}};
  tree.update(answer);
  return Line(tree);
}

std::string Refused(const std::string& why) { return Line({{"ok", false}, {"error", why}}); }

Operations MakeOperations(Supervisor& supervisor, Deployer& deployer, Routing& routing) {
  Operations all;
  all["deploy"] = [&](const Json& request, std::vector<Fd>& fds, const Reply& reply) {
    std::optional<std::string> manifest;
    if (request.contains("manifest")) manifest = request["manifest"].get<std::string>();
    const auto name = request.at("name").get<std::string>();
    if (fds.size() != 1) return reply(Refused("deploy: one descriptor, of the binary, is needed"));
    deployer.Deploy(name, std::move(manifest), std::move(fds[0]), Answering(reply));
  };
  all["rollback"] = [&](const Json& request, std::vector<Fd>&, const Reply& reply) {
    deployer.Rollback(request.at("name").get<std::string>(), Answering(reply));
  };
  all["scale"] = [&](const Json& request, std::vector<Fd>&, const Reply& reply) {
    ScalePool(supervisor, request, reply);
  };
  for (const char* command : {"route", "migration"}) {
    all[command] = [&](const Json& request, std::vector<Fd>&, const Reply& reply) {
      auto answer = routing.Command(request);
      reply(answer ? Done(*std::move(answer)) : Refused(answer.error()));
    };
  }
  return all;
}

void HandleCommand(Incoming request, const Reply& reply, const Operations& operations,
                   const std::function<std::string(std::optional<std::string_view>)>& otherwise) {
  const Json tree = request.text ? Json::parse(*request.text, nullptr, false) : Json();
  const auto known = tree.is_object() && tree.contains("command") && tree["command"].is_string()
                         ? operations.find(tree["command"].get<std::string>())
                         : operations.end();
  if (known == operations.end()) return reply(otherwise(request.text));
  try {
    known->second(tree, request.fds, reply);
  } catch (const Json::exception& fault) {
    reply(Refused(known->first + ": " + fault.what()));
  }
}

}  // namespace host
