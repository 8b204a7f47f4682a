#include "host/manifest/manifest.h"

#include <set>

#include "host/manifest/names.h"
#include "host/manifest/path.h"
#include "host/manifest/strict_object.h"

namespace host {
namespace {

constexpr size_t kSummaryBytes = 200;
constexpr size_t kRoutes = 32;
constexpr long kMaxBodyBytes = 1L << 30;
const std::set<std::string> kMethods = {"DELETE", "GET", "PATCH", "POST", "PUT"};

std::string At(const std::string& key, size_t index) {
  return key + "[" + std::to_string(index) + "]";
}

std::vector<std::string> ReadMethods(StrictObject& object) {
  std::vector<std::string> methods;
  const auto& values = object.Array("methods");
  if (values.empty()) object.Fault("methods", "must name at least one method");
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string method = values[i].is_string() ? values[i].get<std::string>() : "";
    if (!kMethods.contains(method)) {
      object.Fault(At("methods", i),
                   "must be one of \"DELETE\", \"GET\", \"PATCH\", \"POST\", \"PUT\" (HEAD follows "
                   "GET, OPTIONS is answered by NGINX)");
    } else if (std::ranges::find(methods, method) != methods.end()) {
      object.Fault(At("methods", i), method + " stands there twice");
    } else {
      methods.push_back(method);
    }
  }
  return methods;
}

std::vector<Route> ReadRoutes(StrictObject& object, Faults& faults) {
  std::vector<Route> routes;
  std::set<std::string> served;
  const auto& values = object.Array("routes");
  if (values.empty() || values.size() > kRoutes) {
    object.Fault("routes", "must hold 1 to 32 routes");
  }
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string where = object.Where(At("routes", i));
    if (!values[i].is_object()) {
      faults.Add(where, R"(must be an object like {"methods": ["GET"], "path": "/a/"})");
      continue;
    }
    StrictObject fields(values[i], where + ".", {"methods", "path"}, faults);
    Route route;
    route.methods = ReadMethods(fields);
    route.path = fields.Text("path", 256);
    if (auto segments = ParsePath(route.path)) {
      route.segments = *std::move(segments);
    } else {
      fields.Fault("path", segments.error());
      continue;
    }
    for (const auto& method : route.methods) {
      if (!served.insert(method + " " + Shape(route)).second) {
        faults.Add(where, method + " " + route.path + " is served by an earlier route already");
      }
    }
    routes.push_back(std::move(route));
  }
  return routes;
}

PoolSettings ReadPool(const nlohmann::json& value, Faults& faults) {
  StrictObject fields(value, "pool.",
                      {"mode", "min", "max", "threads", "idle_timeout_s", "max_requests"}, faults);
  PoolSettings pool;
  const std::string mode = fields.OneOf("mode", {"static", "dynamic", "ondemand"});
  pool.mode = mode == "dynamic"    ? PoolMode::kDynamic
              : mode == "ondemand" ? PoolMode::kOndemand
                                   : PoolMode::kStatic;
  pool.max = static_cast<int>(fields.Number("max", 1, 256));
  pool.min = static_cast<int>(fields.Number("min", 0, 256));
  pool.threads = static_cast<int>(fields.Number("threads", 1, 256));
  pool.idle_timeout_s = static_cast<int>(fields.Number("idle_timeout_s", 1, 86400));
  pool.max_requests = static_cast<int>(fields.Number("max_requests", 0, 1'000'000'000));
  if (pool.min > pool.max) fields.Fault("min", "must not be above pool.max");
  if (mode == "ondemand" && pool.min > 0) {
    fields.Fault("min", "must be 0: an ondemand pool has no worker until the first request");
  }
  return pool;
}

RateLimit ReadRate(const nlohmann::json* value, Faults& faults) {
  if (value == nullptr) return {};
  StrictObject fields(*value, "limits.rate.", {"key", "per_second", "burst"}, faults);
  RateLimit rate;
  rate.key = fields.OneOf("key", {"ip"});
  rate.per_second = static_cast<int>(fields.Number("per_second", 0, 100'000));
  rate.burst = static_cast<int>(fields.Number("burst", 0, 100'000));
  return rate;
}

Limits ReadLimits(const nlohmann::json& value, Faults& faults) {
  StrictObject fields(value, "limits.", {"body_bytes", "timeout_ms", "memory_mb", "rate"}, faults);
  Limits limits;
  limits.body_bytes = fields.Number("body_bytes", 0, kMaxBodyBytes);
  limits.timeout_ms = static_cast<int>(fields.Number("timeout_ms", 10, 600'000));
  limits.memory_mb = static_cast<int>(fields.Number("memory_mb", 8, 65536));
  limits.rate = ReadRate(fields.Object("rate"), faults);
  return limits;
}

// RFC 6749, section 3.3: one scope token.
bool IsScope(const std::string& text) {
  return std::ranges::all_of(text,
                             [](char c) { return c >= '!' && c <= '~' && c != '"' && c != '\\'; });
}

std::vector<std::string> ReadNeeds(StrictObject& object) {
  std::vector<std::string> needs;
  const auto& values = object.Array("needs");
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string need = values[i].is_string() ? values[i].get<std::string>() : "";
    if (!IsName(need)) {
      object.Fault(At("needs", i), std::string("must be the name of a need, ") + kNameRule);
    } else if (std::ranges::find(needs, need) != needs.end()) {
      object.Fault(At("needs", i), "\"" + need + "\" stands there twice");
    } else {
      needs.push_back(need);
    }
  }
  return needs;
}

}  // namespace

std::expected<Manifest, ManifestErrors> ParseManifest(std::string_view json,
                                                      const std::string& file) {
  ManifestErrors errors;
  Faults faults(file, errors);
  const auto value = ParseStrictJson(json, faults);
  if (!value.is_object()) return std::unexpected(std::move(errors));

  StrictObject fields(value, "",
                      {"name", "summary", "routes", "exposure", "protocol", "pool", "limits",
                       "scope", "repeat_safe", "cors", "needs"},
                      faults);
  Manifest manifest;
  manifest.name = fields.Text("name", 48);
  if (!IsName(manifest.name)) fields.Fault("name", std::string("must be a name, ") + kNameRule);
  if (IsReservedName(manifest.name))
    fields.Fault("name", "is used by the host itself; choose another");
  manifest.summary = fields.Text("summary", kSummaryBytes);
  manifest.routes = ReadRoutes(fields, faults);
  manifest.exposure = fields.OneOf("exposure", {"public", "internal"}) == "public"
                          ? Exposure::kPublic
                          : Exposure::kInternal;
  manifest.protocol = fields.OneOf("protocol", {"fastcgi", "uwsgi"}) == "uwsgi"
                          ? Protocol::kUwsgi
                          : Protocol::kFastcgi;
  if (const auto* pool = fields.Object("pool")) manifest.pool = ReadPool(*pool, faults);
  if (const auto* limits = fields.Object("limits")) {
    manifest.limits = ReadLimits(*limits, faults);
  }
  manifest.scope = fields.Text("scope", 64);
  if (!IsScope(manifest.scope)) {
    fields.Fault("scope", "must be one scope of visible ASCII without \" and \\, or \"\" for none");
  }
  manifest.repeat_safe = fields.Flag("repeat_safe");
  // The one key that may be left out: hardly any function says no.
  if (value.contains("cors")) manifest.cors = fields.Flag("cors");
  manifest.needs = ReadNeeds(fields);
  if (!errors.empty()) return std::unexpected(std::move(errors));
  return manifest;
}

}  // namespace host
