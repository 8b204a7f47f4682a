// Routing: what a running host does about routes, in one piece for its owner: the switches between
// functions and a monolith (when there is one), and NGINX's configuration (when there is NGINX).
//
// All calls and callbacks are the loop's thread's.
#pragma once

#include <expected>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host/base/log.h"
#include "host/manifest/manifest.h"
#include "host/routing/auto_routes.h"
#include "host/routing/nginx_site.h"
#include "host/routing/route_journal.h"
#include "host/routing/route_table.h"
#include "host/supervisor/config.h"
#include "host/supervisor/event_loop.h"

namespace host {

class Routing {
 public:
  // All outlive this object. `able`: see AutoRoutes.
  Routing(const HostConfig& config, EventLoop& loop, const Log& log, AutoRoutes::Able able);

  // Opens the table of routes. Before Apply; the error is a line for people. After an error all
  // routes that NGINX cannot ask about are the monolith's, and Command says why.
  std::expected<void, std::string> Open();

  // These functions are there from now on: each has a switch, and NGINX leads to it. `done` gets
  // nothing when that is so, else why not.
  void Apply(std::vector<Manifest> manifests, NginxSite::Done done);

  // {"command":"route",...} (route_command.h) or {"command":"migration",...} (migration_command.h)
  std::expected<nlohmann::ordered_json, std::string> Command(const nlohmann::ordered_json& request);

 private:
  const HostConfig& config_;
  EventLoop& loop_;
  const Log& log_;
  const AutoRoutes::Able able_;
  std::string fault_;  // why there is no table
  std::optional<RouteTable> table_;
  std::optional<RouteJournal> journal_;
  std::optional<AutoRoutes> auto_routes_;
  std::optional<NginxSite> site_;
};

}  // namespace host
