// GET and HEAD of HTTP/1.1, one answer per connection: what probes and Prometheus need.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace host {

struct HttpAnswer {
  int status = 200;
  std::string type = "application/json";
  std::string body;
};

// `path` without its query. Must not block.
using HttpHandler = std::function<HttpAnswer(std::string_view path)>;

// The whole answer to a request's head (nothing: it was too long). What is no GET or HEAD gets 405,
// what is no HTTP 400.
std::string AnswerHttp(std::optional<std::string_view> head, const HttpHandler& handler);

}  // namespace host
