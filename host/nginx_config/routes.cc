#include "host/nginx_config/routes.h"

#include <algorithm>

#include "host/nginx_config/locations.h"
#include "host/nginx_config/template.h"

namespace host {
namespace {

constexpr char kMonolith[] = "/.fnhost/monolith";

// Several functions share a path: the first location takes any of their bodies, the second looks
// again.
long BodyBytes(const Manifest& manifest) {
  return std::max(manifest.limits.body_bytes, 1L);  // 0 would mean no limit to NGINX
}

long MostBodyBytes(const Path& path) {
  long most = 1;
  for (const auto& served : path.served) most = std::max(most, BodyBytes(*served.manifest));
  return most;
}

std::string Entry(const std::string& method, const std::string& target) {
  const std::string rest = " " + target + ";\n";
  return method + rest + (method == "GET" ? "HEAD" + rest : "");
}

std::string Entries(const Path& path, const std::string& otherwise) {
  std::string entries = "default " + otherwise + ";\n";
  for (size_t i = 0; i < path.served.size(); ++i) {
    const std::string target = i == 0 ? "\"\"" : FunctionLocation(path.served[i]);
    for (const auto& method : path.served[i].at().methods) entries += Entry(method, target);
  }
  return entries;
}

// GET goes on at once. Others ask for their side in a location that takes the monolith's bodies,
// since the function's limit is not the monolith's.
std::string SwitchedEntries(const Path& path, const std::string& options) {
  std::string entries = std::string("default ") + kMonolith + ";\nOPTIONS " + options + ";\n";
  for (const auto& served : path.served) {
    for (const auto& method : served.at().methods) {
      entries += Entry(method, method == "GET" ? "\"\"" : RouteLocation(served));
    }
  }
  return entries;
}

// What NGINX itself answers on the path, to OPTIONS and to other methods, is the function's answer
// to scripts of other sites as well.
std::string WithoutCors(const Path& path) {
  for (const auto& served : path.served) {
    if (!served.manifest->cors) return "set $function " + served.manifest->name + ";\n";
  }
  return "";
}

bool ServesOnlyGet(const Served& served) {
  return ServesGet(served) && served.at().methods.size() == 1;
}

}  // namespace

std::string MethodMaps::Variable(const std::string& entries) {
  const auto name = "$to_" + std::to_string(variable_by_entries_.size());
  return variable_by_entries_.emplace(entries, name).first->second;
}

std::string MethodMaps::Render() const {
  std::string out;
  for (const auto& [entries, variable] : variable_by_entries_) {
    out += FillText("map $request_method {{variable}} {\n    {{entries}}\n}\n",
                    {{"variable", variable}, {"entries", entries}});
  }
  return out;
}

void ServerRoutes::Add(const std::vector<Manifest>& manifests, bool with_internal) {
  for (const auto& path : PathsOf(manifests, with_internal)) {
    if (switching_) {
      AddSwitchedPath(path);
    } else {
      AddPath(path);
    }
  }
}

void ServerRoutes::AddPath(const Path& path) {
  const auto to = maps_->Variable(Entries(path, MethodsLocation(Allow(path))));
  const bool shared = path.served.size() > 1;
  const std::string keep_path = shared ? "    set $route_path $uri;\n" : "";
  const std::string dispatch =
      WithoutCors(path) + "if (" + to + ") {\n" + keep_path + "    rewrite ^ " + to + " last;\n}\n";
  for (const auto& match : Matches(path)) {
    locations_ +=
        RenderFunction(path.served[0], {match, dispatch, "$uri", MostBodyBytes(path)}, {});
  }
  for (size_t i = 1; i < path.served.size(); ++i) {
    const auto& served = path.served[i];
    locations_ += RenderFunction(served,
                                 {"= " + FunctionLocation(served), "internal;\n", "$route_path",
                                  BodyBytes(*served.manifest)},
                                 {});
  }
}

void ServerRoutes::AddSwitchedPath(const Path& path) {
  const auto& first = path.served[0];
  const long body_bytes = std::max(MostBodyBytes(path), switching_->body_bytes);
  const auto to = maps_->Variable(SwitchedEntries(path, MethodsLocation(Allow(path))));
  // OPTIONS is answered for the first function; its side decides who answers.
  const std::string away = "set $route_path $uri;\nset $function " + first.manifest->name +
                           ";\nrewrite ^ " + to + " last;\n";
  for (const auto& match : Matches(path)) {
    if (ServesGet(first)) {
      const std::string dispatch = WithoutCors(path) + FillText("if ({{to}}) {\n    {{away}}\n}\n",
                                                                {{"to", to}, {"away", away}});
      locations_ += RenderFunction(first, {match, dispatch, "$uri", body_bytes}, switching_);
    } else {
      locations_ += Fill("snippets/dispatch.conf", {{"path", first.at().path},
                                                    {"match", match},
                                                    {"dispatch", away},
                                                    {"body_bytes", std::to_string(body_bytes)}});
    }
  }
  for (const auto& served : path.served) {
    locations_ += RenderMirror(served);
    if (ServesOnlyGet(served)) continue;
    locations_ += RenderRoute(served, body_bytes, *switching_);
    locations_ += RenderFunction(served,
                                 {.match = "= " + FunctionLocation(served),
                                  .dispatch = "internal;\n",
                                  .document_uri = "$route_path",
                                  .body_bytes = BodyBytes(*served.manifest),
                                  .asks_side = false},
                                 switching_);
  }
}

std::string ServerRoutes::GetOnly() {
  const auto otherwise = switching_ ? kMonolith : MethodsLocation("GET, HEAD, OPTIONS");
  return maps_->Variable("default " + otherwise + ";\nGET \"\";\nHEAD \"\";\n");
}

std::string ServerRoutes::MethodsLocation(const std::string& allow) {
  std::string name;
  for (const char c : allow) {
    if (c != ' ') name += c == ',' ? '-' : c;
  }
  const std::string location = "/.fnhost/methods/" + name;
  allow_by_location_[location] = allow;
  return location;
}

std::string ServerRoutes::RenderMethods() const {
  std::string out =
      "# OPTIONS, and methods that no function of a path serves: nginx/snippets/methods.conf\n";
  const std::string side = switching_ ? RenderSide(*switching_, "$function", "") : "";
  for (const auto& [location, allow] : allow_by_location_) {
    out += Fill(
        "snippets/methods.conf",
        {{"answer_id", "$answer_id"}, {"location", location}, {"allow", allow}, {"side", side}});
  }
  return out;
}

}  // namespace host
