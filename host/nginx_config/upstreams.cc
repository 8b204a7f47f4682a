#include "host/nginx_config/upstreams.h"

#include <algorithm>

#include "host/nginx_config/template.h"
#include "host/supervisor/upstream.h"

namespace host {
namespace {

// What each NGINX worker keeps open to a function.
constexpr int kKeptConnections = 64;

// The pool's address, as many times as NGINX may try: a worker that dies leaves dead connections
// among those that NGINX keeps, and each that it picks uses up a line. So there is one for each
// kept connection, and those for new ones.
std::string Servers(const std::string& address, int lines, int weight = 1) {
  const std::string share = weight == 1 ? "" : " weight=" + std::to_string(weight);
  std::string out;
  for (int i = 0; i < lines; ++i) out += "server \"" + address + "\" max_fails=0" + share + ";\n";
  return out;
}

// Both versions with their shares. NGINX takes the lines in turn, by weight.
std::string ServersOf(const std::string& server, const std::string& name, int lines,
                      const Canaries& canaries) {
  const auto canary = canaries.find(name);
  if (canary == canaries.end()) return Servers(UpstreamOf(server, name), lines);
  return Servers(UpstreamOf(server, name), lines, 100 - canary->second) +
         Servers(UpstreamOf(server, name + "-canary"), lines, canary->second);
}

std::string Kept(const std::string& server) {
  const bool tcp = !server.starts_with("unix:");
  return Fill("snippets/keepalive.conf",
              {{"connections", std::to_string(kKeptConnections)},
               {"age", tcp ? std::to_string(kConnectionAgeS) + "s" : "1h"}});
}

// What NGINX does not repeat by itself after it has been sent.
bool WritesOnce(const std::string& method) { return method == "POST" || method == "PATCH"; }

}  // namespace

bool KeepsConnections(const Manifest& manifest) {
  if (manifest.protocol != Protocol::kFastcgi || !manifest.sdk) return false;
  if (manifest.repeat_safe) return true;
  return std::ranges::none_of(manifest.routes, [](const Route& route) {
    return std::ranges::any_of(route.methods, WritesOnce);
  });
}

std::string RenderUpstreams(const std::string& server, const std::vector<Manifest>& manifests,
                            const Canaries& canaries) {
  std::string out;
  for (const auto& manifest : manifests) {
    const bool keep = KeepsConnections(manifest);
    out += Fill("snippets/upstream.conf",
                {{"name", manifest.name},
                 {"servers", ServersOf(server, manifest.name,
                                       keep ? kKeptConnections + kTries : kTries, canaries)},
                 {"keepalive", keep ? Kept(server) : ""}});
  }
  return out;
}

}  // namespace host
