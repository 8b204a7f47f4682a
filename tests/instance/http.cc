#include "tests/instance/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <stdexcept>

#include "tests/instance/exchanges.h"

namespace e2e {
namespace {

constexpr long kTimeoutMs = 20'000;

size_t KeepBody(char* data, size_t size, size_t count, void* answer) {
  static_cast<Answer*>(answer)->body.append(data, size * count);
  return size * count;
}

size_t KeepHeader(char* data, size_t size, size_t count, void* answer) {
  const std::string line(data, size * count);
  if (const auto colon = line.find(':'); colon != std::string::npos) {
    std::string name = line.substr(0, colon);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    const auto first = line.find_first_not_of(' ', colon + 1);
    const auto last = line.find_last_not_of("\r\n ");
    static_cast<Answer*>(answer)->headers.emplace(
        name, last > colon && first <= last ? line.substr(first, last - first + 1) : "");
  }
  return size * count;
}

std::vector<std::string> With(std::vector<std::string> headers, const std::string& type,
                              const std::string& authorization) {
  headers.push_back("Content-Type: " + type);
  if (!authorization.empty()) headers.push_back("Authorization: " + authorization);
  return headers;
}

}  // namespace

std::string Answer::header(const std::string& name) const {
  const auto at = headers.find(name);
  return at == headers.end() ? "" : at->second;
}

Client::Client() : curl_(curl_easy_init()) {
  if (curl_ == nullptr) throw std::runtime_error("curl_easy_init failed");
}

Client::~Client() { curl_easy_cleanup(curl_); }

Answer Client::Send(const Ask& ask) {
  Answer answer;
  curl_easy_reset(curl_);
  curl_easy_setopt(curl_, CURLOPT_URL, ask.url.c_str());
  curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl_, CURLOPT_TIMEOUT_MS, kTimeoutMs);
  curl_easy_setopt(curl_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, KeepBody);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, KeepHeader);
  curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &answer);
  if (ask.method == "HEAD") curl_easy_setopt(curl_, CURLOPT_NOBODY, 1L);
  const bool has_body =
      !ask.body.empty() || ask.method == "POST" || ask.method == "PUT" || ask.method == "PATCH";
  if (has_body) {
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE, static_cast<long>(ask.body.size()));
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, ask.body.c_str());
  }
  if (ask.method != "HEAD") curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, ask.method.c_str());
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& line : ask.headers) list = curl_slist_append(list, line.c_str());
  curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, list);
  const CURLcode code = curl_easy_perform(curl_);
  curl_slist_free_all(list);
  long status = 0;
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(curl_, CURLINFO_TOTAL_TIME, &answer.seconds);
  if (code != CURLE_OK) {
    answer.error = curl_easy_strerror(code);
  } else {
    answer.status = static_cast<int>(status);
  }
  NoteExchange(ask, answer);
  return answer;
}

Answer Send(const Ask& ask) {
  thread_local Client client;
  return client.Send(ask);
}

Answer Get(const std::string& url, const std::string& authorization) {
  Ask ask{.url = url};
  if (!authorization.empty()) ask.headers.push_back("Authorization: " + authorization);
  return Send(ask);
}

Answer Delete(const std::string& url, const std::string& authorization) {
  return Send({.method = "DELETE", .url = url, .headers = {"Authorization: " + authorization}});
}

Answer PostForm(const std::string& url, const std::string& form, const std::string& authorization,
                std::vector<std::string> headers) {
  return Send({"POST", url,
               With(std::move(headers), "application/x-www-form-urlencoded", authorization), form});
}

Answer PostJson(const std::string& url, const std::string& json, const std::string& authorization,
                std::vector<std::string> headers) {
  return Send({"POST", url, With(std::move(headers), "application/json", authorization), json});
}

std::string Encode(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) {
    if (std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~') {
      out += static_cast<char>(c);
    } else {
      char escape[4];
      std::snprintf(escape, sizeof(escape), "%%%02X", c);
      out += escape;
    }
  }
  return out;
}

}  // namespace e2e
