#include "functions/shared/web/page.h"

#include <stdexcept>
#include <utility>

namespace web {
namespace {

namespace mustache = kainjow::mustache;

constexpr char kPolicy[] =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'";

std::string InLayout(const Page& page) {
  Data data = page.data;
  if (!data.is_object()) data = Data(Data::type::object);
  data.set("title", page.title);
  data.set("stylesheet", std::string(StaticUrl("thoughts.css")));
  data.set("icon", std::string(StaticUrl("favicon.svg")));
  data.set("header", Part(page.header.empty() ? Template("header.html") : page.header));
  data.set("head", Part(page.head));
  data.set("page", Part(page.body));
  data.set("sign_in.html", Part(Template("sign_in.html")));
  return web::Render(Template("layout.html"), data);
}

// A Referer goes to pages of this site alone. Not "no-referrer": with it browsers send forms with
// `Origin: null`, and the check of where a form comes from needs the origin.
void AddCommon(host::Response& response, const std::string& cache = "no-store") {
  response.Header("Cache-Control", cache);
  response.Header("Referrer-Policy", "same-origin");
  response.Header("X-Content-Type-Options", "nosniff");
}

}  // namespace

Data Part(std::string_view text) {
  return Data(mustache::partial([text] { return std::string(text); }));
}

void SetSome(Data& data, const std::string& name, const std::string& text) {
  if (!text.empty()) data.set(name, text);
}

std::string Render(std::string_view text, const Data& data) {
  mustache::mustache parsed{std::string(text)};
  std::string rendered = parsed.render(data);
  if (!parsed.is_valid()) throw std::logic_error("a template: " + parsed.error_message());
  return rendered;
}

host::Response Answer(const Page& page) {
  auto response = host::Response::Text(page.status, "text/html; charset=utf-8", InLayout(page));
  AddCommon(response, page.cache);
  response.Header("Content-Security-Policy",
                  kPolicy + (page.form_targets.empty() ? "" : " " + page.form_targets) +
                      (page.script ? "; script-src 'self'" : ""));
  response.Header("X-Frame-Options", "DENY");  // for browsers without frame-ancestors
  response.Header("Cross-Origin-Resource-Policy", "same-origin");
  return response;
}

host::Response Message(int status, const std::string& title, const std::string& text) {
  Data data{"text", text};
  data.set("heading", title);
  return Answer({.status = status, .title = title, .body = Template("message.html"), .data = data});
}

host::Response Message(const std::string& title, const host::Problem& problem) {
  auto response = Message(problem.status, title, problem.detail);
  for (const auto& [name, value] : problem.headers) response.Header(name, value);
  return response;
}

host::Response SeeOther(std::string location) {
  auto response = host::Response::Text(303, "text/plain; charset=utf-8", "");
  AddCommon(response);
  response.Header("Location", std::move(location));
  return response;
}

std::string FormTargets(std::string_view uri) {
  const std::string_view scheme = uri.substr(0, uri.find(':'));
  if (scheme == "https") return "https:";
  if (scheme != "http") return std::string(scheme) + ":";
  const std::string_view origin = uri.substr(0, uri.find_first_of("/?", scheme.size() + 3));
  // An IPv6 address is no source that CSP knows.
  if (origin.find('[') != std::string_view::npos) return "http: https:";
  return std::string(origin) + " https:";
}

}  // namespace web
