// A small HTTP client for tests, on libcurl.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace e2e {

struct Answer {
  int status = 0;                                   // 0: no answer, see `error`
  std::string error;                                // libcurl's words
  std::multimap<std::string, std::string> headers;  // lower-case names
  std::string body;
  double seconds = 0;

  std::string header(const std::string& lower_case_name) const;  // "" when absent
};

struct Ask {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers = {};  // "Name: value"
  std::string body = {};                  // sent when not empty, or with POST, PUT and PATCH
};

// One connection, kept alive, for one thread.
class Client {
 public:
  Client();
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  Answer Send(const Ask& ask);

 private:
  void* curl_;
};

// With a client of its own for each thread.
Answer Send(const Ask& ask);

// `authorization` is a whole header value, or "".
Answer Get(const std::string& url, const std::string& authorization = {});
Answer Delete(const std::string& url, const std::string& authorization);
Answer PostForm(const std::string& url, const std::string& form,
                const std::string& authorization = {}, std::vector<std::string> headers = {});
Answer PostJson(const std::string& url, const std::string& json,
                const std::string& authorization = {}, std::vector<std::string> headers = {});

// Percent-encoding of everything but RFC 3986's unreserved characters.
std::string Encode(std::string_view text);

}  // namespace e2e
