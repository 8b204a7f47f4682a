#include "host/routing/auto_routes.h"

#include <utility>

namespace host {
namespace {

using std::chrono::steady_clock;

constexpr auto kLookEvery = std::chrono::milliseconds(100);

}  // namespace

bool Steady::Look(bool able, SteadyTime now) {
  if (!std::exchange(looked_, true) || able == can_serve_) agreed_ = now;
  const auto limit = can_serve_ ? limits_.away_after : limits_.back_after;
  if (able != can_serve_ && now - agreed_ >= limit) {
    can_serve_ = able;
    agreed_ = now;
  }
  return can_serve_;
}

AutoRoutes::AutoRoutes(EventLoop& loop, RouteTable& table, const Log& log, Able able,
                       AutoLimits limits)
    : loop_(loop), table_(table), log_(log), able_(std::move(able)), limits_(limits) {}

AutoRoutes::~AutoRoutes() { loop_.Cancel(timer_); }

void AutoRoutes::Changed() {
  if (timer_ == 0) Look();
}

void AutoRoutes::Look() {
  const auto now = steady_clock::now();
  std::map<std::string, Steady> steady;
  for (const auto& route : table_.Routes()) {
    if (route.target.kind != RouteTarget::Kind::kAuto) continue;
    const auto known = steady_.find(route.name);
    Steady of_route = known == steady_.end() ? Steady(limits_, route.can_serve) : known->second;
    const bool can_serve = of_route.Look(able_(route.name), now);
    steady.emplace(route.name, of_route);
    if (can_serve != route.can_serve) Move(route, can_serve);
  }
  steady_ = std::move(steady);
  timer_ = 0;
  if (steady_.empty()) return;
  timer_ = loop_.At(now + kLookEvery, [this] { Look(); });
}

void AutoRoutes::Move(const RouteTable::Route& route, bool can_serve) {
  if (const auto moved = table_.Health(route.name, can_serve); !moved) {
    log_.Error(moved.error(), {{"route", route.name}});
  } else if (can_serve) {
    log_.Info("the function is back: its route is with it again", {{"route", route.name}});
  } else {
    log_.Warning("the function cannot serve: its route is with the monolith",
                 {{"route", route.name}});
  }
}

}  // namespace host
