#include "host/nginx_config/routes.h"

#include <algorithm>

#include "host/nginx_config/paths.h"
#include "host/nginx_config/template.h"
#include "host/nginx_config/upstreams.h"

namespace host {
namespace {

// NGINX waits a little longer than the function may take, so that the function's own 504 arrives.
constexpr int kTimeoutMarginMs = 500;

std::string FunctionLocation(const Served& served) {
  return "/.fnhost/function/" + served.manifest->name + "/" + std::to_string(served.route);
}

// Several functions share a path: the first location takes any of their bodies, the second looks
// again.
long BodyBytes(const Manifest& manifest) {
  return std::max(manifest.limits.body_bytes, 1L);  // 0 would mean no limit to NGINX
}

std::string RouteParameters(const Served& served, const std::string& protocol) {
  std::string out;
  const auto& segments = served.at().segments;
  for (size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].kind == PathSegment::Kind::kLiteral) continue;
    out += protocol + "_param ROUTE_" + segments[i].text + " $route_" + std::to_string(i) + ";\n";
  }
  return out;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

std::string RateLine(const Manifest& manifest) {
  const auto& rate = manifest.limits.rate;
  if (rate.per_second == 0) return "";
  std::string line = "limit_req zone=rate_" + manifest.name;
  if (rate.burst > 0) line += " burst=" + std::to_string(rate.burst) + " nodelay";
  return line + ";\n";
}

struct Place {
  std::string match;         // what stands after `location`
  std::string dispatch;      // lines that lead other methods away
  std::string document_uri;  // where the path stands that the client asked for
  long body_bytes;
};

std::string RenderFunction(const Served& served, const Place& place) {
  const auto& manifest = *served.manifest;
  const std::string protocol = manifest.protocol == Protocol::kUwsgi ? "uwsgi" : "fastcgi";
  return Fill("snippets/function.conf",
              {{"name", manifest.name},
               {"summary", manifest.summary},
               {"methods", Joined(served.at().methods)},
               {"path", served.at().path},
               {"match", place.match},
               {"dispatch", place.dispatch},
               {"document_uri", place.document_uri},
               {"body_bytes", std::to_string(place.body_bytes)},
               {"rate", RateLine(manifest)},
               {"protocol", protocol},
               {"timeout_ms", std::to_string(manifest.limits.timeout_ms + kTimeoutMarginMs)},
               {"next_upstream", manifest.repeat_safe ? "error invalid_header non_idempotent"
                                                      : "error invalid_header"},
               {"tries", std::to_string(kTries)},
               {"route_parameters", RouteParameters(served, protocol)}});
}

std::string Entries(const Path& path, const std::string& otherwise) {
  std::string entries = "default " + otherwise + ";\n";
  for (size_t i = 0; i < path.served.size(); ++i) {
    const std::string target = i == 0 ? "\"\"" : FunctionLocation(path.served[i]);
    for (const auto& method : path.served[i].at().methods) {
      entries += method + " " + target + ";\n";
      if (method == "GET") entries += "HEAD " + target + ";\n";
    }
  }
  return entries;
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
    const auto to = maps_->Variable(Entries(path, MethodsLocation(Allow(path))));
    const bool shared = path.served.size() > 1;
    const std::string keep_path = shared ? "    set $route_path $uri;\n" : "";
    const std::string dispatch =
        "if (" + to + ") {\n" + keep_path + "    rewrite ^ " + to + " last;\n}\n";
    long body_bytes = 1;
    for (const auto& served : path.served) {
      body_bytes = std::max(body_bytes, BodyBytes(*served.manifest));
    }
    for (const auto& match : Matches(path)) {
      locations_ += RenderFunction(path.served[0], {match, dispatch, "$uri", body_bytes});
    }
    for (size_t i = 1; i < path.served.size(); ++i) {
      const auto& served = path.served[i];
      locations_ += RenderFunction(served, {"= " + FunctionLocation(served), "internal;\n",
                                            "$route_path", BodyBytes(*served.manifest)});
    }
  }
}

std::string ServerRoutes::GetOnly() {
  const auto otherwise = MethodsLocation("GET, HEAD, OPTIONS");
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
  for (const auto& [location, allow] : allow_by_location_) {
    out += Fill("snippets/methods.conf",
                {{"answer_id", "$answer_id"}, {"location", location}, {"allow", allow}});
  }
  return out;
}

}  // namespace host
