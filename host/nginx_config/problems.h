// NGINX's own errors as application/problem+json (RFC 9457).
#pragma once

#include <string>

namespace host {

std::string RenderErrorPages();  // error_page lines, for http
// The same for static files beside a monolith: it may have those that we have not.
std::string RenderMissingAtMonolith();
std::string RenderProblems();  // the locations they lead to, for each server

}  // namespace host
