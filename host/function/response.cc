#include "host/function/response.h"

#include <fmt/format.h>
#include <strings.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "host/base/json_text.h"

namespace host {
namespace {

bool SameName(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Response Response::Text(int status, std::string content_type, std::string body) {
  Response response;
  response.status_ = status;
  response.headers_.emplace_back("Content-Type", std::move(content_type));
  response.body_ = std::move(body);
  return response;
}

Response Response::Json(int status, std::string body) {
  return Text(status, "application/json", std::move(body));
}

Response Response::Json(int status, const nlohmann::json& body) {
  return Json(status, body.dump());
}

Response Response::Created(std::string location, std::string json_body) {
  Response response = Json(201, std::move(json_body));
  response.headers_.emplace_back("Location", std::move(location));
  return response;
}

Response Response::NoContent() {
  Response response;
  response.status_ = 204;
  return response;
}

Response Response::NotModified(std::string etag) {
  Response response;
  response.status_ = 304;
  response.headers_.emplace_back("ETag", std::move(etag));
  return response;
}

Response Response::From(Problem problem) {
  Response response;
  response.status_ = problem.status;
  response.problem_ = std::move(problem);
  return response;
}

Response& Response::Header(std::string_view name, std::string value) {
  for (auto& [known, old] : headers_) {
    if (SameName(known, name)) {
      old = std::move(value);
      return *this;
    }
  }
  return AddHeader(name, std::move(value));
}

Response& Response::AddHeader(std::string_view name, std::string value) {
  headers_.emplace_back(name, std::move(value));
  return *this;
}

std::optional<std::string_view> Response::header(std::string_view name) const {
  for (const auto& [known, value] : headers_) {
    if (SameName(known, name)) return value;
  }
  return std::nullopt;
}

void Response::Render(std::string_view request_id) {
  if (!problem_) return;
  body_ = R"({"type":"about:blank","title":)" + JsonString(ReasonPhrase(status_));
  body_ += fmt::format(R"(,"status":{},"detail":)", status_);
  AppendJsonString(body_, problem_->detail);
  body_ += R"(,"request_id":)";
  AppendJsonString(body_, request_id);
  if (!problem_->errors.empty()) {
    body_ += R"(,"errors":[)";
    for (const FieldError& error : problem_->errors) {
      if (body_.back() != '[') body_ += ',';
      body_ += fmt::format(R"({{"field":{},"detail":{}}})", JsonString(error.field),
                           JsonString(error.detail));
    }
    body_ += ']';
  }
  body_ += '}';
  Header("Content-Type", "application/problem+json");
  for (const auto& [name, value] : problem_->headers) Header(name, value);
  problem_.reset();
}

std::string_view ReasonPhrase(int status) {
  switch (status) {
      // clang-format off
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Unknown";
      // clang-format on
  }
}

}  // namespace host
