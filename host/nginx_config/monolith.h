// The monolith beside the functions: its upstream, its locations, and how a location asks which
// side a route is on (nginx/snippets/switch.conf).
#pragma once

#include <optional>
#include <string>

#include "host/supervisor/config.h"

namespace host {

enum class Server { kPublic, kInternal };

// What the locations of one server need to let routes be switched.
struct Switching {
  std::string routes;  // the folder of switches, as it may stand in an nginx.conf
  std::string side;    // "$route_bucket", or what the internal port makes of it
  long body_bytes = 0;
};

// Nothing when there is no monolith: then nothing of switching is rendered.
std::optional<Switching> SwitchingOf(const HostConfig& config, Server server);

// Where the switches are (host/routing/route_table.h).
std::string RoutesFolder(const HostConfig& config);

// For http: buckets, maps, the upstream.
std::string RenderSwitch(const HostConfig& config);
// For a server: what answers on a route that is on the monolith's side, and on all other paths.
std::string RenderMonolith(const HostConfig& config, Server server);

}  // namespace host
