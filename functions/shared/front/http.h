// One HTTP exchange with the API, by libcurl. A Connection keeps its TCP connection between
// exchanges and belongs to one thread at a time: see Connections.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace front {

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;
  std::string body;  // sent when the method has one
  std::chrono::milliseconds limit{1000};
  bool repeatable = true;  // whether it may be sent again when a kept connection turns out closed
};

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;  // lower-case names; the last of several
  std::string body;
};

class Connection {
 public:
  Connection();
  // Throws host::TimedOut, or host::Unavailable when there is no answer for another reason.
  HttpAnswer Exchange(const HttpRequest& request);

 private:
  std::unique_ptr<CURL, void (*)(CURL*)> handle_;
};

// A worker's kept connections: as many as its threads ever used at once. Thread-safe.
class Connections {
 public:
  Connections();
  HttpAnswer Exchange(const HttpRequest& request);

 private:
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> free_;
};

}  // namespace front
