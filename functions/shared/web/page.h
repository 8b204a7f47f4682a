// Pages: HTML from mustache templates, inside of one layout, with one set of headers.
//
//   return web::Answer({.title = "Thoughts", .body = function::Template("list.html"),
//                       .data = {"username", user}});
//
// Every value is escaped for HTML text and quoted attributes: templates that switch that off are
// refused by tests/tidy. Pages carry no code, no style of their own and nothing from elsewhere, and
// the Content-Security-Policy says so; they cannot be framed, and no shared cache keeps them.
#pragma once

#include <kainjow/mustache.hpp>
#include <string>
#include <string_view>

#include "host/base/result.h"
#include "host/function/response.h"

namespace function {

// A template of the function's own folder: function(templates = [...]) in its BUILD makes this.
std::string_view Template(std::string_view file);

}  // namespace function

namespace web {

using Data = kainjow::mustache::data;

// Sets what is not empty: {{#name}}...{{/name}} asks whether a name is set, and takes "" for set.
void SetSome(Data& data, const std::string& name, const std::string& text);

// Finds a template by its name, as function::Template does; the text lives as long as the program.
using Templates = std::string_view (*)(std::string_view file);

struct Page {
  int status = 200;
  std::string title;
  // A template; {{> x.html}} in it is one of `parts`.
  std::string_view body;
  Data data{};  // an object
  // Where forms of this page may lead, besides this site: sources of CSP's form-action, which
  // browsers apply to redirects behind a form as well. See FormTargets.
  std::string form_targets{};
  Templates parts = nullptr;  // those of functions/shared/web when null
  // What stands above the page, a template: the site's name alone, unless another is given.
  std::string_view header{};
  std::string_view head{};         // a template for the end of <head>
  bool script = false;             // whether `head` loads a script of ours
  std::string cache = "no-store";  // Cache-Control
};

host::Response Answer(Page page);

// A template by itself, as for a feed. Its text must live as long as the program: it is parsed once
// by each thread.
std::string Render(std::string_view text, const Data& data);

// A page that says one thing. Its headers are the problem's, such as Retry-After.
host::Response Message(int status, const std::string& title, const std::string& text);
host::Response Message(const std::string& title, const host::Problem& problem);

// 303: the browser goes on with a GET, so a reload sends no form again.
host::Response SeeOther(std::string location);

// What `form_targets` must be for forms whose answer is a redirect to `uri`
// (docs/decisions/0015): https in general for https, since callbacks redirect further; also the
// address for http on this machine; the scheme alone for an app's own.
std::string FormTargets(std::string_view uri);

// A template of functions/shared/web.
std::string_view Template(std::string_view file);

// Where NGINX serves a file of nginx/static: its name with a part of its hash, so that the address
// never changes its meaning and browsers keep the file. Throws for a file that is not there.
std::string_view StaticUrl(std::string_view file);

}  // namespace web
