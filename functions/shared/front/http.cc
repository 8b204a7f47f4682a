#include "functions/shared/front/http.h"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include "host/base/unavailable.h"

namespace front {
namespace {

constexpr size_t kMostBytes = size_t{64} << 20;

struct Reading {
  HttpAnswer answer;
  bool too_long = false;
};

size_t TakeBody(char* data, size_t, size_t size, void* reading) {
  auto& into = *static_cast<Reading*>(reading);
  into.too_long = into.answer.body.size() + size > kMostBytes;
  if (into.too_long) return 0;
  into.answer.body.append(data, size);
  return size;
}

size_t TakeHeader(char* data, size_t, size_t size, void* reading) {
  auto& headers = static_cast<Reading*>(reading)->answer.headers;
  std::string_view line(data, size);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  std::string name(line.substr(0, colon));
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  line.remove_prefix(std::min(line.size(), line.find_first_not_of(' ', colon + 1)));
  headers[name] = line;
  return size;
}

void Set(CURLcode code) {
  if (code != CURLE_OK) throw std::logic_error(curl_easy_strerror(code));
}

struct Headers {
  ~Headers() { curl_slist_free_all(list); }
  void Add(const std::string& line) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list = longer;
  }
  curl_slist* list = nullptr;
};

bool IsClosedConnection(CURLcode code) {
  return code == CURLE_GOT_NOTHING || code == CURLE_SEND_ERROR || code == CURLE_RECV_ERROR;
}

}  // namespace

Connection::Connection() : handle_(curl_easy_init(), curl_easy_cleanup) {
  if (!handle_) throw std::runtime_error("libcurl does not start");
}

HttpAnswer Connection::Exchange(const HttpRequest& request) {
  CURL* const curl = handle_.get();
  Headers headers;
  for (const auto& line : request.headers) headers.Add(line);
  headers.Add("Expect:");  // no 100-continue: bodies are small
  curl_easy_reset(curl);   // the connection stays
  Set(curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str()));
  Set(curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https"));
  Set(curl_easy_setopt(curl, CURLOPT_NOPROXY, "*"));
  Set(curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L));
  Set(curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1)));
  Set(curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str()));
  Set(curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.list));
  Set(curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, TakeHeader));
  Set(curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, TakeBody));
  if (request.method != "GET") {
    Set(curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size())));
    Set(curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str()));
  }
  const auto end = std::chrono::steady_clock::now() + request.limit;
  while (true) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) throw host::TimedOut("the API took too long");
    Reading reading;
    Set(curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count())));
    Set(curl_easy_setopt(curl, CURLOPT_HEADERDATA, &reading));
    Set(curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reading));
    const CURLcode code = curl_easy_perform(curl);
    if (code == CURLE_OK) {
      long status = 0;
      Set(curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status));
      reading.answer.status = static_cast<int>(status);
      return std::move(reading.answer);
    }
    if (code == CURLE_OPERATION_TIMEDOUT) throw host::TimedOut("the API took too long");
    // A kept connection that NGINX was just closing, as at its reload. A fresh one is never the
    // reason: then there is no second time.
    long fresh = 0;
    Set(curl_easy_getinfo(curl, CURLINFO_NUM_CONNECTS, &fresh));
    if (!IsClosedConnection(code) || fresh > 0 || !request.repeatable || reading.too_long) {
      throw host::Unavailable(std::string("the API cannot be reached: ") +
                              curl_easy_strerror(code));
    }
  }
}

// Before threads use it at once. A worker makes one of these and never ends it.
Connections::Connections() {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    throw std::runtime_error("libcurl does not start");
  }
}

HttpAnswer Connections::Exchange(const HttpRequest& request) {
  std::unique_ptr<Connection> connection;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      connection = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!connection) connection = std::make_unique<Connection>();
  auto answer = connection->Exchange(request);  // one that failed is not kept
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(connection));
  return answer;
}

}  // namespace front
