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
std::string Servers(const std::string& address, int lines) {
  std::string out;
  for (int i = 0; i < lines; ++i) out += "server \"" + address + "\" max_fails=0;\n";
  return out;
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

std::string RenderUpstreams(const std::string& server, const std::vector<Manifest>& manifests) {
  std::string out;
  for (const auto& manifest : manifests) {
    const bool keep = KeepsConnections(manifest);
    out += Fill("snippets/upstream.conf",
                {{"name", manifest.name},
                 {"servers", Servers(UpstreamOf(server, manifest.name),
                                     keep ? kKeptConnections + kTries : kTries)},
                 {"keepalive", keep ? Fill("snippets/keepalive.conf",
                                           {{"connections", std::to_string(kKeptConnections)}})
                                    : ""}});
  }
  return out;
}

}  // namespace host
