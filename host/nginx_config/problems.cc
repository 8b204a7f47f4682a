#include "host/nginx_config/problems.h"

#include <array>

#include "host/nginx_config/template.h"

namespace host {
namespace {

struct Problem {
  int status;
  const char* title;
  const char* detail;
  const char* headers;
};

// Functions may still come back at once: a second is enough.
constexpr const char* kRetry = "add_header Retry-After 1 always;\n";
constexpr const char* kRateLimit =
    "add_header Retry-After 1 always;\n"
    "add_header RateLimit-Limit $rate_limit always;\n"
    "add_header RateLimit-Remaining 0 always;\n"
    "add_header RateLimit-Reset 1 always;\n";
// TRACE and CONNECT end here, whatever the path; routes answer with their own Allow.
constexpr const char* kAllowAny =
    "add_header Allow \"DELETE, GET, HEAD, PATCH, POST, PUT, OPTIONS\" always;\n";

constexpr std::array kProblems = {
    Problem{400, "Bad Request", "The request is not well-formed HTTP.", ""},
    Problem{404, "Not Found", "Nothing is served at this path.", ""},
    Problem{405, "Method Not Allowed", "This method is not served here.", kAllowAny},
    Problem{412, "Precondition Failed", "A condition of the request does not hold.", ""},
    Problem{413, "Content Too Large", "The body is larger than this route takes.", ""},
    Problem{414, "URI Too Long", "The request line is longer than 8 KiB.", ""},
    Problem{416, "Range Not Satisfiable", "The file has no such range.", ""},
    Problem{429, "Too Many Requests", "Too many requests in a short time; try again later.",
            kRateLimit},
    Problem{431, "Request Header Fields Too Large", "The headers are too large.", ""},
    Problem{500, "Internal Server Error", "The server made a mistake.", ""},
    Problem{501, "Not Implemented", "This transfer encoding is not served.", ""},
    Problem{502, "Bad Gateway", "The function could not be reached; try again.", kRetry},
    Problem{503, "Service Unavailable", "The service is busy; try again.", kRetry},
    Problem{504, "Gateway Timeout", "The function took too long to answer.", kRetry},
    Problem{505, "HTTP Version Not Supported", "HTTP/1.0 and HTTP/1.1 are served.", ""},
};

// All but those for what is not there.
std::string Pages() {
  std::string out;
  for (const auto& problem : kProblems) {
    if (problem.status == 404) continue;
    const std::string status = std::to_string(problem.status);
    out += "error_page " + status + " /.fnhost/problem/" + status + ";\n";
  }
  out += "error_page 494 =431 /.fnhost/problem/431;  # NGINX's own number for large headers\n";
  return out;
}

}  // namespace

std::string RenderErrorPages() {
  return Pages() + "error_page 404 /.fnhost/problem/404;\n" +
         "error_page 403 =404 /.fnhost/problem/404;  # a folder of static files\n";
}

std::string RenderMissingAtMonolith() { return Pages() + "error_page 403 404 = @monolith;\n"; }

std::string RenderProblems(const std::string& static_dir) {
  std::string out = "# NGINX's own errors: nginx/snippets/problem.conf\n";
  for (const auto& problem : kProblems) {
    Values values{{"answer_id", "$answer_id"},
                  {"status", std::to_string(problem.status)},
                  {"title", problem.title},
                  {"detail", problem.detail},
                  {"more_headers", problem.headers},
                  {"static_dir", static_dir},
                  {"choose_page", ""},
                  {"page", ""}};
    if (!static_dir.empty()) {
      values["choose_page"] = Fill("snippets/problem_choose_page.conf", values);
      values["page"] = Fill("snippets/problem_page.conf", values);
    }
    out += Fill("snippets/problem.conf", values);
  }
  return out;
}

}  // namespace host
