// Request: what a handler is asked, checked at the edge: header names lower-case and unique, the
// path and its parameters decoded and UTF-8, the body whole and within the manifest's limit. Query
// parameters are decoded, but may hold any bytes: check them as what they mean.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "host/base/clock.h"
#include "host/base/result.h"
#include "host/function/fields.h"

namespace host {

using StringMap = std::map<std::string, std::string, std::less<>>;

struct RequestParts {
  std::string method = "GET";
  std::string path = "/";
  std::string query_string;  // raw, without '?'
  StringMap headers;         // lower-case names
  StringMap route;           // {"id","77"} for ROUTE_id=77
  std::string body;
  std::string remote_address;
  std::string request_id;  // NGINX's $request_id: new for each client request, the same when NGINX
                           // tries again
  SteadyTime deadline = SteadyTime::max();
};

class Request {
 public:
  explicit Request(RequestParts parts);

  const std::string& method() const { return parts_.method; }
  const std::string& path() const { return parts_.path; }
  const std::string& query_string() const { return parts_.query_string; }
  const std::string& body() const { return parts_.body; }
  const std::string& remote_address() const { return parts_.remote_address; }
  SteadyTime deadline() const { return parts_.deadline; }

  // A route parameter of the manifest's path; throws std::out_of_range for a name that the path
  // does not have.
  std::string_view route(std::string_view name) const;
  // The same for {name:int}: NGINX passes digits only; a number beyond int64 is a 404.
  Result<int64_t> route_int(std::string_view name) const;
  // The last of several equal parameters; form decoding (+ is a space).
  std::optional<std::string_view> query(std::string_view name) const;
  std::optional<std::string_view> header(std::string_view lower_case_name) const;
  std::optional<std::string_view> cookie(std::string_view name) const;

  // Body fields, from application/x-www-form-urlencoded or application/json by Content-Type. No
  // body: no fields. 400 malformed, 415 another type.
  Result<Fields> fields() const;

  // What logs and answers show: the client's X-Request-ID when it is well-formed, else NGINX's id.
  const std::string& id() const { return id_; }
  // What makes a write repeatable: the client's Idempotency-Key, else NGINX's id. Never the
  // client's X-Request-ID: one trace id may cover several writes.
  const std::string& key() const;
  bool has_idempotency_key() const { return header("idempotency-key").has_value(); }

 private:
  RequestParts parts_;
  StringMap query_;
  std::string id_;
  std::string key_;
};

}  // namespace host
