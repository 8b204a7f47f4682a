#include "host/nginx_config/locations.h"

#include <algorithm>

#include "host/nginx_config/template.h"
#include "host/nginx_config/upstreams.h"

namespace host {
namespace {

// NGINX waits a little longer than the function may take, so that the function's own 504 arrives.
constexpr int kTimeoutMarginMs = 500;

// A mirrored request holds up the client's next one on the same connection for as long as it takes.
constexpr int kMirrorMs = 250;

std::string Named(const std::string& kind, const Served& served) {
  return "/.fnhost/" + kind + "/" + served.manifest->name + "/" + std::to_string(served.route);
}

std::string MirrorLocation(const Served& served) {
  return ServesGet(served) ? Named("mirror", served) : "";
}

std::string ProtocolOf(const Served& served) {
  return served.manifest->protocol == Protocol::kUwsgi ? "uwsgi" : "fastcgi";
}

std::string RouteParameters(const Served& served) {
  const std::string protocol = ProtocolOf(served);
  std::string out;
  const auto& segments = served.at().segments;
  for (size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].kind == PathSegment::Kind::kLiteral) continue;
    out += protocol + "_param ROUTE_" + segments[i].text + " $route_" + std::to_string(i) + ";\n";
  }
  return out;
}

// What tells a mirrored request from others; a client's header of that name is not passed on.
std::string Marks(const Served& served, bool mirrored) {
  const std::string parameter = ProtocolOf(served) + "_param HTTP_X_FNHOST_";
  return parameter + (mirrored ? "MIRROR 1;\n" : "MIRROR \"\" if_not_empty;\n") + parameter +
         "ROUTE \"\" if_not_empty;\n";
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

Values Common(const Served& served) {
  return {{"name", served.manifest->name},
          {"path", served.at().path},
          {"methods", Joined(served.at().methods)},
          {"protocol", ProtocolOf(served)},
          {"route_parameters", RouteParameters(served)}};
}

}  // namespace

std::string FunctionLocation(const Served& served) { return Named("function", served); }
std::string RouteLocation(const Served& served) { return Named("route", served); }

std::string RenderSide(const Switching& switching, const std::string& name,
                       const std::string& mirror_location) {
  return Fill(
      "snippets/side.conf",
      {{"routes", switching.routes},
       {"side", switching.side},
       {"name", name},
       {"remember", mirror_location.empty() ? "" : "set $mirror_to " + mirror_location + ";\n"}});
}

std::string RenderFunction(const Served& served, const Place& place,
                           const std::optional<Switching>& switching) {
  const auto& manifest = *served.manifest;
  Values values = Common(served);
  values.insert({{"summary", manifest.summary},
                 {"match", place.match},
                 {"dispatch", place.dispatch},
                 {"document_uri", place.document_uri},
                 {"content_length", "$content_length"},
                 {"body_bytes", std::to_string(place.body_bytes)},
                 {"rate", RateLine(manifest)},
                 {"timeout_ms", std::to_string(manifest.limits.timeout_ms + kTimeoutMarginMs)},
                 {"next_upstream", manifest.repeat_safe ? "error invalid_header non_idempotent"
                                                        : "error invalid_header"},
                 {"tries", std::to_string(kTries)},
                 {"side", ""},
                 {"marks", ""}});
  if (switching) values["marks"] = Marks(served, false);
  if (switching && place.asks_side) {
    values["side"] = RenderSide(*switching, manifest.name, MirrorLocation(served));
  }
  return Fill("snippets/function.conf", values);
}

std::string RenderRoute(const Served& served, long body_bytes, const Switching& switching) {
  Values values = Common(served);
  values.insert({{"location", RouteLocation(served)},
                 {"function_location", FunctionLocation(served)},
                 {"side", RenderSide(switching, served.manifest->name, MirrorLocation(served))},
                 {"body_bytes", std::to_string(body_bytes)}});
  return Fill("snippets/route.conf", values);
}

std::string RenderMirror(const Served& served) {
  const std::string location = MirrorLocation(served);
  if (location.empty()) return "";
  Values values = Common(served);
  values.insert({{"location", location},
                 {"mirror_ms", std::to_string(kMirrorMs)},
                 {"document_uri", "$route_path"},
                 {"content_length", "\"\""},
                 {"marks", Marks(served, true)}});
  return Fill("snippets/mirror.conf", values);
}

}  // namespace host
