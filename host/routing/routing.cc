#include "host/routing/routing.h"

#include <unistd.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "host/nginx_config/monolith.h"
#include "host/nginx_config/nginx_config.h"
#include "host/routing/migration_command.h"
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
  auto journal = RouteJournal::Open(RouteJournalFile(config_));
  if (!journal) {
    fault_ = "the journal of routes: " + journal.error();
    return std::unexpected(fault_);
  }
  journal_ = *std::move(journal);
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
  if (!table_) {
    return std::unexpected(
        "there is nothing to choose between: the host's configuration names no \"monolith\"");
  }
  const RouteState state{*table_, *journal_, able_, std::chrono::system_clock::now()};
  auto answer = request.at("command") == "migration" ? MigrationCommand(request, config_, state)
                                                     : RouteCommand(request, config_, state);
  auto_routes_->Changed();
  if (answer && answer->contains("faults")) {
    for (const auto& fault : answer->at("faults")) log_.Error(fault.get<std::string>());
  }
  return answer;
}

}  // namespace host
