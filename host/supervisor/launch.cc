#include "host/supervisor/launch.h"

#include <cstdlib>
#include <utility>

namespace host {
namespace {

std::optional<std::string> OwnVariable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

}  // namespace

std::expected<Launch, std::string> MakeLaunch(const HostConfig& config, Manifest manifest,
                                              const std::string& revision,
                                              const std::string& binary, bool sdk) {
  auto environment = WorkerEnvironment(config, manifest, &OwnVariable);
  if (!environment) return std::unexpected(manifest.name + ": " + environment.error());
  (*environment)["FNHOST_REVISION"] = revision;
  manifest.sdk = sdk;
  return Launch{.revision = revision,
                .manifest = std::move(manifest),
                .binary = binary,
                .environment = *std::move(environment),
                .sdk = sdk};
}

PoolRules RulesOf(const HostConfig& config, const Manifest& manifest, const ScaleOverride& scale) {
  PoolRules rules;
  rules.mode = manifest.pool.mode;
  rules.min = scale.min.value_or(manifest.pool.min);
  rules.max = scale.max.value_or(manifest.pool.max);
  rules.threads = manifest.pool.threads;
  rules.idle_timeout = std::chrono::seconds(manifest.pool.idle_timeout_s);
  rules.max_requests = manifest.pool.max_requests;
  rules.memory_kb = int64_t{manifest.limits.memory_mb} * 1024;
  rules.max_age = std::chrono::seconds(config.worker_max_age_s);
  rules.timeout = milliseconds(manifest.limits.timeout_ms);
  rules.grace = milliseconds(config.grace_ms);
  return rules;
}

}  // namespace host
