#include "host/routing/routing.h"

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "host/nginx_config/monolith.h"
#include "host/nginx_config/nginx_config.h"
#include "host/routing/route_command.h"

namespace host {
namespace {

// NGINX's workers are another user only when it was started as root.
std::string ReaderOf(const HostConfig& config) { return geteuid() == 0 ? config.nginx.user : ""; }

}  // namespace

Routing::Routing(const HostConfig& config, EventLoop& loop, const Log& log, AutoRoutes::Able able)
    : config_(config), loop_(loop), log_(log), able_(std::move(able)) {
  if (config.nginx.prefix.empty()) return;
  site_.emplace(loop_,
                NginxSite::Settings{.prefix = config.nginx.prefix,
                                    .render = [this](const std::vector<Manifest>& manifests) {
                                      return RenderNginx(config_, manifests);
                                    }});
}

std::expected<void, std::string> Routing::Open() {
  if (!config_.monolith) return {};
  const RouteTarget first{
      config_.monolith->first_there ? RouteTarget::Kind::kMonolith : RouteTarget::Kind::kFunction,
      0};
  auto table = RouteTable::Open({RoutesFolder(config_), first, ReaderOf(config_)});
  if (!table) {
    fault_ = "the switches of routes: " + table.error();
    return std::unexpected(fault_);
  }
  table_ = *std::move(table);
  auto_routes_.emplace(loop_, *table_, log_, able_);
  return {};
}

void Routing::Apply(std::vector<Manifest> manifests, NginxSite::Done done) {
  if (table_) {
    std::vector<std::string> names;
    for (const auto& manifest : manifests) names.push_back(manifest.name);
    if (const auto set = table_->SetNames(names); !set) return done(set.error());
    auto_routes_->Changed();
  }
  if (!site_) return done(std::nullopt);
  site_->Apply(std::move(manifests), std::move(done));
}

std::expected<nlohmann::ordered_json, std::string> Routing::Command(
    const nlohmann::ordered_json& request) {
  if (!fault_.empty()) return std::unexpected(fault_);
  auto answer = RouteCommand(request, config_, table_ ? &*table_ : nullptr);
  if (table_) auto_routes_->Changed();
  return answer;
}

}  // namespace host
