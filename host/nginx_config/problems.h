// NGINX's own errors as application/problem+json (RFC 9457).
#pragma once

#include <string>

namespace host {

std::string RenderErrorPages();  // error_page lines, for http
std::string RenderProblems();    // the locations they lead to, for each server

}  // namespace host
