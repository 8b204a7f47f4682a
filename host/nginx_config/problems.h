// NGINX's own errors as application/problem+json (RFC 9457), and for browsers as the pages in
// static_dir/errors, where there are some: NNN.html.
#pragma once

#include <string>

namespace host {

std::string RenderErrorPages();  // error_page lines, for http
// The same for static files beside a monolith: it may have those that we have not.
std::string RenderMissingAtMonolith();
// The locations they lead to, for each server. `static_dir`: "" for none.
std::string RenderProblems(const std::string& static_dir);

}  // namespace host
