#include "functions/shared/web/page.h"

#include <map>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

namespace web {
namespace {

namespace mustache = kainjow::mustache;

constexpr char kPolicy[] =
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'";

// `text` with the templates that it names put into their places, theirs too. "page", "header" and
// "head" are the page's own.
std::string Whole(std::string_view text, const Page& page) {
  constexpr std::string_view kBegin = "{{> ", kEnd = "}}";
  std::string whole;
  for (size_t at = 0;;) {
    const size_t begin = text.find(kBegin, at);
    whole += text.substr(at, begin - at);
    if (begin == std::string_view::npos) return whole;
    const size_t end = text.find(kEnd, begin);
    if (end == std::string_view::npos) throw std::logic_error("a template ends within {{> ...}}");
    const auto name = text.substr(begin + kBegin.size(), end - begin - kBegin.size());
    const auto part = name == "page"     ? page.body
                      : name == "head"   ? page.head
                      : name == "header" ? page.header
                                         : page.parts(name);
    whole += Whole(part, page);
    at = end + kEnd.size();
  }
}

// Parsed once by each thread: parsing takes longer than showing. Rendering is not for two threads.
using Parsed = std::map<std::vector<const char*>, std::unique_ptr<mustache::mustache>>;

template <typename MakeText>
std::string RenderParsed(const std::vector<const char*>& key, const Data& data,
                         const MakeText& make_text) {
  thread_local Parsed parsed;
  auto& found = parsed[key];
  if (!found) found = std::make_unique<mustache::mustache>(make_text());
  std::string rendered = found->render(data);
  if (!found->is_valid()) throw std::logic_error("a template: " + found->error_message());
  return rendered;
}

std::string InLayout(Page& page) {
  if (!page.data.is_object()) page.data = Data(Data::type::object);
  if (page.header.empty()) page.header = Template("header.html");
  if (page.parts == nullptr) page.parts = Template;
  page.data.set("title", page.title);
  page.data.set("stylesheet", std::string(StaticUrl("thoughts.css")));
  page.data.set("icon", std::string(StaticUrl("favicon.svg")));
  return RenderParsed({page.body.data(), page.header.data(), page.head.data()}, page.data,
                      [&] { return Whole(Template("layout.html"), page); });
}

// A Referer goes to pages of this site alone. Not "no-referrer": with it browsers send forms with
// `Origin: null`, and the check of where a form comes from needs the origin.
void AddCommon(host::Response& response, const std::string& cache = "no-store") {
  response.Header("Cache-Control", cache);
  response.Header("Referrer-Policy", "same-origin");
  response.Header("X-Content-Type-Options", "nosniff");
}

}  // namespace

void SetSome(Data& data, const std::string& name, const std::string& text) {
  if (!text.empty()) data.set(name, text);
}

std::string Render(std::string_view text, const Data& data) {
  return RenderParsed({text.data()}, data, [&] { return std::string(text); });
}

host::Response Answer(Page page) {
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
