#include "functions/shared/front/api.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "functions/shared/front/http.h"
#include "host/base/unavailable.h"
#include "host/function/fields.h"

namespace front {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kMost{10'000};  // for a request without a deadline
constexpr milliseconds kMargin{100};   // for making the page of what came

milliseconds TimeLeft(const host::Context& context) {
  if (context.deadline() == host::SteadyTime::max()) return kMost;
  const auto left = std::chrono::floor<milliseconds>(context.deadline() - context.clock().Steady());
  return std::clamp(left - kMargin, milliseconds{1}, kMost);
}

std::string HeaderOf(const HttpAnswer& answer, const std::string& name) {
  const auto at = answer.headers.find(name);
  return at == answer.headers.end() ? "" : at->second;
}

// The problem+json that the API answered; another body leaves the status alone.
host::Problem ProblemOf(const HttpAnswer& answer, const Json& body) {
  host::Problem problem{answer.status, "", {}, {}};
  if (const auto wait = HeaderOf(answer, "retry-after"); !wait.empty()) {
    problem.headers.emplace_back("Retry-After", wait);
  }
  if (!body.is_object()) return problem;
  problem.detail = TextOf(body, "detail");
  const auto errors = body.find("errors");
  if (errors == body.end() || !errors->is_array()) return problem;
  for (const auto& error : *errors) {
    if (error.is_object()) {
      problem.errors.push_back({TextOf(error, "field"), TextOf(error, "detail")});
    }
  }
  return problem;
}

int RetryAfter(const HttpAnswer& answer) {
  const auto text = HeaderOf(answer, "retry-after");
  const bool digits = !text.empty() && text.size() < 6 &&
                      std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  return digits ? std::max(1, std::stoi(text)) : 1;
}

}  // namespace

Api::Api(const host::Request& request, host::Context& context, std::string token)
    : request_(request), context_(context), token_(std::move(token)) {}

host::Result<ApiAnswer> Api::Post(const std::string& path, const Json& body,
                                  const std::string& key) {
  return Send("POST", path, &body, key);
}

host::Result<ApiAnswer> Api::Put(const std::string& path, const Json& body,
                                 const std::string& key) {
  return Send("PUT", path, &body, key);
}

host::Result<ApiAnswer> Api::Patch(const std::string& path, const Json& body,
                                   const std::string& key) {
  return Send("PATCH", path, &body, key);
}

host::Result<ApiAnswer> Api::Delete(const std::string& path, const std::string& key) {
  return Send("DELETE", path, nullptr, key);
}

host::Result<ApiAnswer> Api::Send(const char* method, const std::string& path, const Json* body,
                                  const std::string& key) {
  HttpRequest ask{
      .method = method,
      .url = context_.config().Text("API_URL") + path,
      .headers = {"Accept: application/json", "X-Request-ID: " + request_.id(),
                  "X-Forwarded-For: " + request_.remote_address(),
                  "User-Agent: " + std::string(request_.header("user-agent").value_or(""))},
      .body = body == nullptr ? "" : body->dump(),
      .limit = TimeLeft(context_)};
  if (body != nullptr) ask.headers.emplace_back("Content-Type: application/json");
  if (!token_.empty()) ask.headers.push_back("Authorization: Bearer " + token_);
  if (ask.method != "GET") {
    ask.headers.push_back("Idempotency-Key: " + (key.empty() ? request_.key() : key));
  }
  auto& connections = context_.Shared<Connections>([] { return std::make_shared<Connections>(); });
  const auto came = connections.Exchange(ask);
  if (came.status >= 502 && came.status <= 504) {
    throw host::Unavailable("the API answered " + std::to_string(came.status), RetryAfter(came));
  }
  ApiAnswer answer{.status = came.status,
                   .body = Json::parse(came.body, nullptr, false),
                   .text = came.body,
                   .next = CursorOf(HeaderOf(came, "link"), "next"),
                   .previous = CursorOf(HeaderOf(came, "link"), "prev"),
                   .etag = HeaderOf(came, "etag")};
  if (answer.body.is_discarded()) answer.body = nullptr;
  if (came.status >= 400) return std::unexpected(ProblemOf(came, answer.body));
  return answer;
}

std::string TextOf(const Json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

std::string CursorOf(std::string_view link, std::string_view rel) {
  const std::string wanted = "rel=\"" + std::string(rel) + "\"";
  for (size_t start = link.find('<'); start != std::string_view::npos;) {
    const size_t end = link.find('>', start);
    if (end == std::string_view::npos) return "";
    const size_t following = link.find('<', end);
    const std::string_view target = link.substr(start + 1, end - start - 1);
    if (link.substr(end, following - end).find(wanted) != std::string_view::npos) {
      const size_t query = target.find('?');
      if (query == std::string_view::npos) return "";
      const host::Request parsed({.query_string = std::string(target.substr(query + 1))});
      return std::string(parsed.query("cursor").value_or(""));
    }
    start = following;
  }
  return "";
}

}  // namespace front
