#include <sys/resource.h>

#include <algorithm>
#include <stdexcept>

#include "host/nginx_config/monolith.h"
#include "host/nginx_config/nginx_config.h"
#include "host/nginx_config/problems.h"
#include "host/nginx_config/routes.h"
#include "host/nginx_config/template.h"
#include "host/nginx_config/upstreams.h"

namespace host {
namespace {

constexpr long kConnections = 4096;
constexpr long kOpenFiles = 16384;

// No more than this process may hand on: NGINX would start with an alert.
long OpenFiles() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_max > kOpenFiles) return kOpenFiles;
  return static_cast<long>(limit.rlim_max);
}

// NGINX has no way to write a `$` in a path; the rest would need quoting that nobody misses.
const std::string& Checked(const std::string& key, const std::string& path) {
  const bool bad = std::ranges::any_of(path, [](unsigned char c) {
    return c < 32 ||
           std::string_view("$\"'\\;{}").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (bad)
    throw std::invalid_argument(key + ": must not hold $ \" ' \\ ; { } or line breaks: " + path);
  return path;
}

// Functions that run elsewhere have supervisors of their own, each with its numbers.
std::string RenderSupervisor(const HostConfig& config) {
  if (!config.nginx.upstream.empty()) return "";
  std::string out = "# The supervisor's own answers: nginx/snippets/supervisor.conf\n";
  for (const char* path : {"/metrics", "/livez", "/readyz"}) {
    out += Fill("snippets/supervisor.conf",
                {{"path", path}, {"metrics", Checked("metrics", config.metrics)}});
  }
  return out;
}

std::string Servers(const HostConfig& config) {
  if (!config.nginx.upstream.empty()) return config.nginx.upstream;
  return "unix:" + Checked("run_dir", config.run_dir) + "/{name}.sock";
}

// A line of its own for each request on stdout, so that those of several workers do not mix.
std::string AccessLog(const NginxSettings& settings) {
  if (settings.stdio) return "/dev/stdout json";
  return "\"" + settings.prefix + "/access.log\" json buffer=64k flush=1s";
}

std::string Listen(const NginxSettings& settings) {
  const bool v6 = settings.listen.find(':') != std::string::npos;
  return v6 ? "[" + settings.listen + "]" : settings.listen;
}

// Behind them $remote_addr is the client: for limits, logs, functions, and the split of routes.
std::string RenderTrustedProxies(const NginxSettings& settings) {
  if (settings.trusted_proxies.empty()) return "";
  std::string out = "# Proxies in front of this host (nginx.trusted_proxies)\n";
  for (const auto& each : settings.trusted_proxies) out += "set_real_ip_from " + each + ";\n";
  return out + "real_ip_header X-Forwarded-For;\nreal_ip_recursive on;\n\n";
}

// Paths that no function serves.
std::string Unknown(const HostConfig& config, Server server) {
  return config.monolith ? RenderMonolith(config, server) : Fill("snippets/unknown.conf", {});
}

// On the internal port an answer says which side gave it.
std::string TellSide() {
  return Fill("snippets/headers.conf", {{"answer_id", "$missing_id"}}) +
         "add_header X-Fnhost-Route function always;\n";
}

// What a location returns whose route is on the monolith's side (nginx/snippets/side.conf).
constexpr char kToMonolith[] = "error_page 418 = @monolith;\n";

void AddRates(const std::vector<Manifest>& manifests, Values& values) {
  for (const auto& manifest : manifests) {
    if (manifest.limits.rate.per_second == 0) continue;
    const std::string rate = std::to_string(manifest.limits.rate.per_second);
    values["rate_limits"] += manifest.name + " " + rate + ";\n";
    values["rate_zones"] += "limit_req_zone $binary_remote_addr zone=rate_" + manifest.name +
                            ":1m rate=" + rate + "r/s;\n";
  }
}

int LongestTimeoutS(const std::vector<Manifest>& manifests) {
  int longest_ms = 0;
  for (const auto& manifest : manifests) {
    longest_ms = std::max(longest_ms, manifest.limits.timeout_ms);
  }
  return longest_ms / 1000 + 5;
}

}  // namespace

std::string RenderNginx(const HostConfig& config, const std::vector<Manifest>& manifests) {
  const auto& settings = config.nginx;
  MethodMaps maps;
  Checked("state_dir", config.state_dir);
  ServerRoutes public_routes(maps, SwitchingOf(config, Server::kPublic));
  ServerRoutes internal_routes(maps, SwitchingOf(config, Server::kInternal));
  public_routes.Add(manifests, false);
  internal_routes.Add(manifests, true);

  std::string static_files;
  if (!settings.static_dir.empty()) {
    internal_routes.GetOnly();  // the same variable; its location must be in both servers
    static_files = Fill("snippets/static.conf",
                        {{"static_dir", Checked("nginx.static_dir", settings.static_dir)},
                         {"get_only", public_routes.GetOnly()},
                         {"missing", config.monolith ? RenderMissingAtMonolith() : ""},
                         {"answer_id", "$answer_id"}});
  }
  if (!settings.docs_dir.empty()) {
    static_files += Fill(
        "snippets/docs.conf",
        {{"docs_dir", Checked("nginx.docs_dir", settings.docs_dir)}, {"answer_id", "$answer_id"}});
  }
  const std::string user = Checked("nginx.user", settings.user);
  Values values = {
      {"answer_id", "$missing_id"},
      {"user", user.empty() ? "" : "user " + user + ";\n"},
      {"workers", std::to_string(settings.workers)},
      {"open_files", std::to_string(OpenFiles())},
      {"connections", std::to_string(std::min(kConnections, OpenFiles()))},
      {"shutdown_s", std::to_string(LongestTimeoutS(manifests))},
      {"prefix", Checked("nginx.prefix", settings.prefix)},
      {"error_log", settings.stdio ? "stderr" : "\"" + settings.prefix + "/error.log\""},
      {"access_log", AccessLog(settings)},
      {"listen", Listen(settings)},
      {"public_port", std::to_string(settings.public_port)},
      {"internal_port", std::to_string(settings.internal_port)},
      {"trusted_proxies", RenderTrustedProxies(settings)},
      {"rate_limits", ""},
      {"rate_zones", ""},
      {"no_cors", ""},
      {"upstreams", RenderUpstreams(Servers(config), manifests, settings.canaries)},
      {"monolith", config.monolith ? "'\"monolith\":$log_monolith,'\n" : ""},
      {"switch", RenderSwitch(config)},
      {"public_unknown", Unknown(config, Server::kPublic)},
      {"internal_unknown", Unknown(config, Server::kInternal)},
      {"tell_side", config.monolith ? TellSide() : ""},
      {"error_pages", RenderErrorPages() + (config.monolith ? kToMonolith : "")},
      {"static", static_files},
      {"supervisor", RenderSupervisor(config)},
      {"public_routes", public_routes.locations()},
      {"public_methods", public_routes.RenderMethods()},
      {"internal_routes", internal_routes.locations()},
      {"internal_methods", internal_routes.RenderMethods()},
      {"problems", RenderProblems(settings.static_dir)},
      {"maps", maps.Render()},
  };
  AddRates(manifests, values);
  for (const auto& manifest : manifests) {
    if (!manifest.cors) values["no_cors"] += manifest.name + " \"\";\n";
  }
  return Fill("nginx.conf.template", values);
}

}  // namespace host
