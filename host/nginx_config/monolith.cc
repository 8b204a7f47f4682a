#include "host/nginx_config/monolith.h"

#include <sstream>
#include <vector>

#include "host/nginx_config/template.h"

namespace host {
namespace {

constexpr int kBuckets = 100;

std::string ProtocolOf(const MonolithSettings& monolith) {
  return monolith.at.protocol == MonolithUrl::Protocol::kUwsgi ? "uwsgi" : "fastcgi";
}

// Those of nginx/snippets/monolith_parameters.conf, and the configuration's, which come instead.
std::string Parameters(const MonolithSettings& monolith) {
  const std::string directive = ProtocolOf(monolith) + "_param ";
  std::string out;
  std::istringstream lines(std::string(Embedded("snippets/monolith_parameters.conf")));
  for (std::string line; std::getline(lines, line);) {
    if (!monolith.params.contains(line.substr(0, line.find(' ')))) out += directive + line + "\n";
  }
  for (const auto& [name, value] : monolith.params) {
    out += directive + name + " \"" + value + "\";\n";
  }
  return out;
}

std::string Pass(const MonolithSettings& monolith) {
  const std::string timeout_ms = std::to_string(monolith.timeout_ms);
  if (monolith.at.protocol == MonolithUrl::Protocol::kHttp) {
    return Fill("snippets/monolith_http.conf", {{"timeout_ms", timeout_ms}});
  }
  return Fill("snippets/monolith_cgi.conf", {{"timeout_ms", timeout_ms},
                                             {"protocol", ProtocolOf(monolith)},
                                             {"parameters", Parameters(monolith)}});
}

}  // namespace

std::string RoutesFolder(const HostConfig& config) { return config.state_dir + "/routes"; }

std::optional<Switching> SwitchingOf(const HostConfig& config, Server server) {
  if (!config.monolith) return std::nullopt;
  return Switching{.routes = RoutesFolder(config),
                   .side = server == Server::kPublic ? "$route_bucket" : "$route_side",
                   .body_bytes = config.monolith->body_bytes};
}

std::string RenderSwitch(const HostConfig& config) {
  if (!config.monolith) return "";
  std::string buckets;
  for (int i = 0; i + 1 < kBuckets; ++i) buckets += "1% " + std::to_string(i) + ";\n";
  return Fill("snippets/switch.conf", {{"routes", RoutesFolder(config)},
                                       {"buckets", buckets},
                                       {"address", config.monolith->at.address}});
}

std::string RenderMonolith(const HostConfig& config, Server server) {
  return Fill("snippets/monolith_locations.conf",
              {{"routes", RoutesFolder(config)},
               {"body_bytes", std::to_string(config.monolith->body_bytes)},
               {"tell_side",
                server == Server::kInternal ? "add_header X-Fnhost-Route monolith always;\n" : ""},
               {"pass", Pass(*config.monolith)}});
}

}  // namespace host
