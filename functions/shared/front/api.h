// Api: Thoughts' public API over HTTP, all that the front end knows of thoughts and users.
//
//   auto list = api.Get("/api/thoughts/?limit=5");
//   if (!list) ... list.error() ...
//   for (const auto& thought : list->body) ...
//
// Needs "api" in function.json: API_URL is where NGINX serves the public API. Connections are kept.
// Each request passes on whose it is: the request id, the client's address and browser, and what is
// left of the deadline.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/result.h"
#include "host/function/context.h"
#include "host/function/request.h"

namespace front {

using Json = nlohmann::json;

struct ApiAnswer {
  int status = 0;
  Json body;                   // null when there is none
  std::string text;            // the same as it came
  std::string next, previous;  // cursors of the Link header, "" for none
  std::string etag;
};

class Api {
 public:
  // `token`: of a session, "" for none.
  Api(const host::Request& request, host::Context& context, std::string token = "");

  // Statuses from 400 on are the Problem, with its Retry-After. Throws host::Unavailable when the
  // API cannot be reached or answers 502, 503 or 504, and host::TimedOut when the time is up.
  // `path`: with its query, encoded. `key`: makes the write repeatable; the request's own when "".
  host::Result<ApiAnswer> Get(const std::string& path) { return Send("GET", path, nullptr, ""); }
  host::Result<ApiAnswer> Post(const std::string& path, const Json& body, const std::string& key);
  host::Result<ApiAnswer> Put(const std::string& path, const Json& body, const std::string& key);
  host::Result<ApiAnswer> Patch(const std::string& path, const Json& body, const std::string& key);
  host::Result<ApiAnswer> Delete(const std::string& path, const std::string& key);

  void Authorize(std::string token) { token_ = std::move(token); }

 private:
  host::Result<ApiAnswer> Send(const char* method, const std::string& path, const Json* body,
                               const std::string& key);

  const host::Request& request_;
  host::Context& context_;
  std::string token_;
};

// A text of the API's object, "" when it is null or not there.
std::string TextOf(const Json& object, const char* name);

// The `cursor` of a Link header's target with this `rel`, decoded; "" for none (RFC 8288).
std::string CursorOf(std::string_view link, std::string_view rel);

}  // namespace front
