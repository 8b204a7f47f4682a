// A site whose routes can go to functions or to an old site, for the tests of this folder.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "host/nginx_config/monolith.h"
#include "host/nginx_config/site_test_support.h"
#include "host/routing/monolith_test_support.h"
#include "host/routing/route_table.h"

namespace host::testing {

// One path of two functions, one of a function that serves two methods, one that only writes.
inline std::vector<Manifest> NotesManifests() {
  auto hidden = MakeManifest("hidden", {"DELETE"}, "/notes");
  hidden.exposure = Exposure::kInternal;
  return {MakeManifest("list", {"GET"}, "/notes"), MakeManifest("create", {"POST"}, "/notes"),
          MakeManifest("note", {"GET", "PATCH"}, "/notes/{id:int}"),
          MakeManifest("login", {"POST"}, "/login"), hidden};
}

inline RouteTable OpenTable(const HostConfig& config) {
  auto table = RouteTable::Open({RoutesFolder(config), {}, ""});
  BOOST_REQUIRE(table.has_value());
  return *std::move(table);
}

struct Running {
  explicit Running(const MonolithSettings& monolith) : site(NotesManifests(), "", monolith) {
    BOOST_REQUIRE(table.SetNames({"list", "create", "note", "login", "hidden"}).has_value());
  }
  void Move(const std::string& name, const std::string& target) {
    BOOST_REQUIRE(table.Set(name, ParseTarget(target).value()).has_value());
  }

  Site site;
  RouteTable table = OpenTable(site.config());
  EchoFunction list{site.SocketOf("list")}, create{site.SocketOf("create")},
      note{site.SocketOf("note")}, login{site.SocketOf("login")}, hidden{site.SocketOf("hidden")};
};

// "function" (an echo), "monolith" (an OldSite), or what NGINX answered itself.
inline std::string SideOf(const Answer& answer) {
  if (answer.Header("x-old-site") == "yes") return "monolith";
  if (answer.Header("x-request-id") == "from-function") return "function";
  return "NGINX: " + std::to_string(answer.status);
}

}  // namespace host::testing
