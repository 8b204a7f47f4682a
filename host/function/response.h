// Response: a status, headers and a body in one piece. Header names and values are checked when the
// answer is written: CR, LF or NUL in one is a fault of the handler (logged, 500).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "host/base/result.h"

namespace host {

class Response {
 public:
  // `body` is JSON text already; application/json.
  static Response Json(int status, std::string body);
  static Response Json(int status, const nlohmann::json& body);
  static Response Created(std::string location, std::string json_body);
  static Response NoContent();
  static Response NotModified(std::string etag);
  static Response Text(int status, std::string content_type, std::string body);
  // application/problem+json; rendered by the host, which knows the request id.
  static Response From(Problem problem);

  // Sets or replaces; returns *this for chaining.
  Response& Header(std::string_view name, std::string value);
  // Adds one more of the same name (Set-Cookie).
  Response& AddHeader(std::string_view name, std::string value);

  int status() const { return status_; }
  const std::string& body() const { return body_; }
  const std::vector<std::pair<std::string, std::string>>& headers() const { return headers_; }
  std::optional<std::string_view> header(std::string_view name) const;
  const std::optional<Problem>& problem() const { return problem_; }

  // Turns a problem into its body (RFC 9457: type, title, status, detail, request_id, errors).
  // Called by the host.
  void Render(std::string_view request_id);

 private:
  int status_ = 200;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string body_;
  std::optional<Problem> problem_;
};

// The reason phrase of RFC 9110, "Unknown" for others.
std::string_view ReasonPhrase(int status);

}  // namespace host
