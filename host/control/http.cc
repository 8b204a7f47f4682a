#include "host/control/http.h"

#include <fmt/format.h>

namespace host {
namespace {

std::string_view Reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}

std::string Render(const HttpAnswer& answer, bool body, std::string_view more = "") {
  return fmt::format(
      "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n"
      "Connection: close\r\n{}\r\n{}",
      answer.status, Reason(answer.status), answer.type, answer.body.size(), more,
      body ? std::string_view(answer.body) : std::string_view());
}

HttpAnswer Fault(int status) {
  return {status, "application/problem+json",
          fmt::format("{{\"type\":\"about:blank\",\"title\":\"{}\",\"status\":{}}}\n",
                      Reason(status), status)};
}

}  // namespace

std::string AnswerHttp(std::optional<std::string_view> head, const HttpHandler& handler) {
  if (!head) return Render(Fault(431), true);
  const std::string_view line = head->substr(0, head->find("\r\n"));
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last ||
      !line.substr(last + 1).starts_with("HTTP/1.") || line[first + 1] != '/') {
    return Render(Fault(400), true);
  }
  const std::string_view method = line.substr(0, first);
  std::string_view path = line.substr(first + 1, last - first - 1);
  path = path.substr(0, path.find('?'));
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (method != "GET" && method != "HEAD") return Render(Fault(405), true, "Allow: GET, HEAD\r\n");
  HttpAnswer answer = handler(path);
  if (answer.status == 404 && answer.body.empty()) answer = Fault(404);
  return Render(answer, method == "GET");
}

}  // namespace host
