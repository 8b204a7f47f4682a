// RouteTable: where each function's route goes, kept as files that NGINX looks at with every
// request (nginx/snippets/switch.conf). So a switch needs no reload and is true for the next
// request.
//
//   FOLDER/NAME -> .sets/TARGET      a link: the whole state of one route, in one name
//   FOLDER/.sets/TARGET/N            an empty file for each bucket of clients (0 to 99) that the
//                                    function serves
//   FOLDER/.sets/TARGET/function     always there: what the header "X-Fnhost-Route: function" asks
//   FOLDER/.sets/mirror/mirror       there when GETs go to the function as well
//   FOLDER/.sets/retired/monolith    there when not even "X-Fnhost-Route: monolith" may ask the
//                                    monolith
//
// TARGET is a RouteTarget's text with "-" for ":", or auto-function, auto-monolith: what `auto` has
// chosen last. Sets never change once they are there, and a link is replaced by one rename(2): a
// request sees the old state or the new one. The table is on disk before Set returns, so it
// survives a restart and a power cut. A route without a link goes to the monolith.
//
// For one thread. Errors are lines for people.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/routing/route_target.h"

namespace host {

class RouteTable {
 public:
  struct Settings {
    std::string folder;  // made when it is missing; what is above it is there
    RouteTarget first;   // of routes that nobody has moved
    std::string reader;  // NGINX's user when it is another one than ours, else ""
  };
  static std::expected<RouteTable, std::string> Open(const Settings& settings);

  // The functions that there are from now on. New ones get a link to `first`; the links of those
  // that are gone stay, so that a function that comes back is where it was.
  std::expected<void, std::string> SetNames(const std::vector<std::string>& names);

  // Refuses a name that SetNames did not give.
  std::expected<void, std::string> Set(const std::string& name, const RouteTarget& target);
  // Several routes as close to one moment as a file system allows, some microseconds between the
  // first and the last: all of them, or after an error all as they were.
  std::expected<void, std::string> Set(const std::map<std::string, RouteTarget>& targets);

  // For `auto`: whether the function can serve. Kept for other targets too, for when they become
  // `auto`. Unknown names are ignored.
  std::expected<void, std::string> Health(const std::string& name, bool can_serve);

  struct Route {
    std::string name;
    RouteTarget target;
    bool can_serve = true;  // as Health said last
  };
  std::optional<Route> Find(const std::string& name) const;
  std::vector<Route> Routes() const;  // by name

 private:
  explicit RouteTable(const Settings& settings);

  std::expected<void, std::string> Prepare(const Route& route) const;
  std::expected<void, std::string> Point(const Route& route) const;
  std::expected<void, std::string> MakeSet(const std::string& name) const;
  Route Read(const std::string& name) const;

  Settings settings_;
  unsigned folder_mode_;
  std::map<std::string, Route> routes_;
};

}  // namespace host
