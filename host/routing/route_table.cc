#include "host/routing/route_table.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "host/routing/reach.h"
#include "host/supervisor/fd.h"

namespace host {
namespace {

namespace fs = std::filesystem;
using Kind = RouteTarget::Kind;
using Done = std::expected<void, std::string>;

constexpr int kBuckets = 100;
constexpr char kAutoFunction[] = "auto-function";
constexpr char kAutoMonolith[] = "auto-monolith";

std::unexpected<std::string> Fault(const std::string& path, const char* doing) {
  return std::unexpected(fmt::format("{}: {}: {}", path, doing, std::strerror(errno)));
}

Done MakeFolder(const std::string& path, unsigned mode) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return Fault(path, "cannot make the folder");
  if (chmod(path.c_str(), mode) != 0) return Fault(path, "cannot set the mode");
  return {};
}

// What was done in the folder stays done when the power fails.
Done Sync(const std::string& folder) {
  const Fd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || fsync(fd.get()) != 0) return Fault(folder, "cannot write");
  return {};
}

Done MakeFile(const std::string& path) {
  const Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return Fault(path, "cannot make the file");
  return {};
}

std::string SetOf(const RouteTable::Route& route) {
  if (route.target.kind == Kind::kAuto) return route.can_serve ? kAutoFunction : kAutoMonolith;
  std::string text = ToText(route.target);
  std::ranges::replace(text, ':', '-');
  return text;
}

// The reverse; nothing for a name that is none of ours.
std::optional<RouteTable::Route> RouteOf(const std::string& name, std::string set) {
  if (set == kAutoFunction || set == kAutoMonolith) {
    return RouteTable::Route{name, {Kind::kAuto, 0}, set == kAutoFunction};
  }
  std::ranges::replace(set, '-', ':');
  const auto target = ParseTarget(set);
  if (!target || target->kind == Kind::kAuto) return std::nullopt;
  return RouteTable::Route{name, *target, true};
}

// How many of the hundred buckets the function serves.
int BucketsOf(const RouteTable::Route& route) {
  switch (route.target.kind) {
    case Kind::kFunction:
    case Kind::kRetired:
      return kBuckets;
    case Kind::kSplit:
      return route.target.percent;
    case Kind::kAuto:
      return route.can_serve ? kBuckets : 0;
    case Kind::kMonolith:
    case Kind::kMirror:
      return 0;
  }
  return 0;
}

}  // namespace

RouteTable::RouteTable(const Settings& settings)
    : settings_(settings), folder_mode_(settings.reader.empty() ? 0700 : 0711) {}

std::expected<RouteTable, std::string> RouteTable::Open(const Settings& settings) {
  RouteTable table(settings);
  const std::string sets = settings.folder + "/.sets";
  for (const std::string& folder : {settings.folder, sets}) {
    if (const auto made = MakeFolder(folder, table.folder_mode_); !made) {
      return std::unexpected(made.error());
    }
  }
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(sets, error)) {  // of a start that was cut short
    if (entry.path().filename().string().starts_with(".")) fs::remove_all(entry.path(), error);
  }
  if (!settings.reader.empty()) {
    if (const auto reached = CanReach(settings.reader, sets); !reached) {
      return std::unexpected(reached.error());
    }
  }
  return table;
}

Done RouteTable::SetNames(const std::vector<std::string>& names) {
  std::map<std::string, Route> routes;
  for (const std::string& name : names) {
    const auto known = routes_.find(name);
    routes[name] = known == routes_.end() ? Read(name) : known->second;
    if (const auto pointed = Point(routes[name]); !pointed) return pointed;
  }
  routes_ = std::move(routes);
  return Sync(settings_.folder);
}

Done RouteTable::Set(const std::string& name, const RouteTarget& target) {
  return Set(std::map<std::string, RouteTarget>{{name, target}});
}

Done RouteTable::Set(const std::map<std::string, RouteTarget>& targets) {
  std::vector<Route> routes;
  for (const auto& [name, target] : targets) {
    const auto found = routes_.find(name);
    if (found == routes_.end()) return std::unexpected("there is no function " + name);
    routes.push_back({name, target, found->second.can_serve});
    if (const auto there = Prepare(routes.back()); !there) return there;
  }
  for (size_t i = 0; i < routes.size(); ++i) {
    const auto pointed = Point(routes[i]);
    if (pointed) continue;
    for (size_t back = 0; back < i; ++back) {
      if (const auto again = Point(routes_.at(routes[back].name)); !again) return again;
    }
    return pointed;
  }
  for (const Route& route : routes) routes_[route.name] = route;
  return Sync(settings_.folder);
}

Done RouteTable::Health(const std::string& name, bool can_serve) {
  const auto found = routes_.find(name);
  if (found == routes_.end() || found->second.can_serve == can_serve) return {};
  found->second.can_serve = can_serve;
  return Point(found->second);
}

std::optional<RouteTable::Route> RouteTable::Find(const std::string& name) const {
  const auto found = routes_.find(name);
  if (found == routes_.end()) return std::nullopt;
  return found->second;
}

std::vector<RouteTable::Route> RouteTable::Routes() const {
  std::vector<Route> routes;
  for (const auto& [name, route] : routes_) routes.push_back(route);
  return routes;
}

RouteTable::Route RouteTable::Read(const std::string& name) const {
  std::error_code error;
  const fs::path link = fs::read_symlink(settings_.folder + "/" + name, error);
  const auto route = error ? std::nullopt : RouteOf(name, link.filename());
  return route.value_or(Route{name, settings_.first, true});
}

// The set of files that the route's link is to point to.
Done RouteTable::Prepare(const Route& route) const {
  const std::string set = SetOf(route);
  if (access((settings_.folder + "/.sets/" + set).c_str(), F_OK) == 0) return {};
  return MakeSet(set);
}

Done RouteTable::Point(const Route& route) const {
  const std::string link = settings_.folder + "/" + route.name;
  const std::string fresh = settings_.folder + "/.new-" + route.name;
  const std::string to = ".sets/" + SetOf(route);
  if (const auto there = Prepare(route); !there) return there;
  std::error_code error;
  if (fs::read_symlink(link, error) == to) return {};
  unlink(fresh.c_str());
  if (symlink(to.c_str(), fresh.c_str()) != 0) return Fault(fresh, "cannot make the link");
  if (rename(fresh.c_str(), link.c_str()) != 0) return Fault(link, "cannot be replaced");
  return {};
}

// Whole under another name first: NGINX may look at any moment.
Done RouteTable::MakeSet(const std::string& name) const {
  const auto route = RouteOf("", name);
  const std::string sets = settings_.folder + "/.sets";
  const std::string fresh = sets + "/.new-" + name;
  std::error_code error;
  fs::remove_all(fresh, error);
  Done done = MakeFolder(fresh, folder_mode_);
  for (int i = 0; done && i < BucketsOf(*route); ++i) {
    done = MakeFile(fresh + "/" + std::to_string(i));
  }
  if (done) done = MakeFile(fresh + "/function");
  if (done && route->target.kind == Kind::kMirror) done = MakeFile(fresh + "/mirror");
  if (done && route->target.kind == Kind::kRetired) done = MakeFile(fresh + "/monolith");
  if (done) done = Sync(fresh);
  if (!done) return done;
  if (rename(fresh.c_str(), (sets + "/" + name).c_str()) != 0) {
    return Fault(sets + "/" + name, "cannot be put there");
  }
  return Sync(sets);
}

}  // namespace host
