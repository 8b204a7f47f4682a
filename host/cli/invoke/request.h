// What NGINX would pass to a function for a request, without NGINX.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "host/manifest/manifest.h"
#include "host/wire/client/fastcgi.h"

namespace host {

struct InvokeRequest {
  std::string method;
  std::string path;                  // as in a URL: "/api/x%20y/?q=1"
  std::vector<std::string> headers;  // "Name: value"
  std::string request_id;
};

// The parameters (nginx/snippets/parameters.conf, ROUTE_* of the manifest's path, HTTP_* of the
// headers). The error is a line for people: a route the function does not serve, a header or path
// that no client could send.
std::expected<wire::Pairs, std::string> InvokeParameters(const Manifest& manifest,
                                                         const InvokeRequest& request);

// 32 hex digits, as NGINX's $request_id.
std::string NewRequestId();

}  // namespace host
