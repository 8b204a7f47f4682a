// AutoRoutes: moves the routes whose target is `auto` to the monolith while their function cannot
// serve, and back.
//
// A worker that dies is replaced within moments, and requests wait in the socket's queue: that is
// no reason to move. A function that cannot serve for `away_after` is (its workers crash as soon as
// they start). It gets its route back when it has been able for `back_after` without a break.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "host/base/clock.h"
#include "host/base/log.h"
#include "host/routing/route_table.h"
#include "host/supervisor/event_loop.h"

namespace host {

struct AutoLimits {
  std::chrono::milliseconds away_after{300};
  std::chrono::milliseconds back_after{5'000};
};

// One function's health, as a route follows it. Pure.
class Steady {
 public:
  Steady(AutoLimits limits, bool can_serve) : limits_(limits), can_serve_(can_serve) {}
  // `able`: whether it could serve at `now`, which never goes back. Returns whether its route
  // should be with it.
  bool Look(bool able, SteadyTime now);

 private:
  AutoLimits limits_;
  bool can_serve_;
  SteadyTime agreed_;  // when both were the same last
  bool looked_ = false;
};

class AutoRoutes {
 public:
  // `able` says whether a function could serve at this moment. It is asked ten times a second while
  // a route is `auto`, and not at all else.
  using Able = std::function<bool(const std::string& name)>;

  // All outlive this object; loop's thread.
  AutoRoutes(EventLoop& loop, RouteTable& table, const Log& log, Able able, AutoLimits limits = {});
  ~AutoRoutes();
  AutoRoutes(const AutoRoutes&) = delete;
  AutoRoutes& operator=(const AutoRoutes&) = delete;

  // After the table has changed.
  void Changed();

 private:
  void Look();
  void Move(const RouteTable::Route& route, bool can_serve);

  EventLoop& loop_;
  RouteTable& table_;
  const Log& log_;
  const Able able_;
  const AutoLimits limits_;
  std::map<std::string, Steady> steady_;
  EventLoop::TimerId timer_ = 0;
};

}  // namespace host
