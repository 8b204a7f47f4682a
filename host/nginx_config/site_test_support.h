// A real NGINX with a rendered configuration, and echo functions behind it, for the tests of this
// folder.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "host/manifest/manifest.h"
#include "host/supervisor/config.h"

namespace host::testing {

struct Answer {
  long status = 0;
  std::multimap<std::string, std::string> headers;  // lower-case names
  std::string body;

  std::string Header(const std::string& name) const;  // "" when absent, values joined with " | "
  // What the echo function got: the parameter's values joined with " | ", "" when absent.
  std::string Parameter(const std::string& name) const;
};

struct Ask {
  std::string method = "GET";
  std::vector<std::string> headers = {};
  std::string body = {};
  std::string from = {};  // the address to come from, as 127.0.0.7
};

// One client's connection to a server, kept from request to request. For one thread at a time.
class Client {
 public:
  explicit Client(int port);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // Throws when no whole answer comes.
  Answer Send(const std::string& path, const Ask& ask = {});
  long connections() const { return connections_; }  // made until now

 private:
  void* curl_;
  int port_;
  long connections_ = 0;
};

// One method and path, fastcgi, public, 1000 bytes of body, no rate, not safe to repeat.
Manifest MakeManifest(const std::string& name, const std::vector<std::string>& methods,
                      const std::string& path);

// Answers each request with its FastCGI parameters and the size of its body, under X-Request-ID
// "from-function".
// `?status=N` asks for another status, `?header=N` for a header of N
// bytes, `?accel=PATH` for X-Accel-Redirect.
class EchoFunction {
 public:
  explicit EchoFunction(const std::string& socket);
  ~EchoFunction();
  EchoFunction(const EchoFunction&) = delete;
  EchoFunction& operator=(const EchoFunction&) = delete;

 private:
  pid_t pid_ = -1;
  std::string socket_;
};

// A FastCGI program in threads of this process that does what the test says, down to its
// connections.
class FakeFunction {
 public:
  // Gets what came in the request's records (its parameters' names and values, its body) and how
  // many requests came before on the same connection; gives CGI text, or nothing to close the
  // connection without an answer. Called by several threads at once.
  using Handler = std::function<std::optional<std::string>(const std::string& request, int before)>;
  FakeFunction(const std::string& socket, Handler handler);
  ~FakeFunction();
  FakeFunction(const FakeFunction&) = delete;
  FakeFunction& operator=(const FakeFunction&) = delete;

 private:
  void Accept();
  void Serve(int fd);

  const std::string socket_;
  const Handler handler_;
  const int listener_;
  std::mutex mutex_;
  std::vector<int> fds_;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

// A listening socket that nobody accepts from: requests wait.
int Listen(const std::string& socket);

class Site {
 public:
  // Changes the rendered configuration before NGINX reads it.
  using Edit = std::function<void(const HostConfig& config, std::string& text)>;
  // Starts NGINX; throws with its words when it refuses the configuration.
  Site(const std::vector<Manifest>& manifests, const std::string& static_dir,
       const std::optional<MonolithSettings>& monolith = {},
       const std::vector<std::string>& trusted_proxies = {}, const Edit& edit = {});
  ~Site();
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  Answer Get(const std::string& path) const { return Send(path, {}); }
  Answer Send(const std::string& path, const Ask& ask) const;
  Answer Internal(const std::string& path, const Ask& ask = {}) const;
  // Bytes to the public port, all that comes back. `half_close`: no more comes from us, which NGINX
  // takes for a client that has left when a function is asked.
  std::string Raw(const std::string& request, bool half_close = true) const;

  int public_port() const { return config_.nginx.public_port; }
  std::string SocketOf(const std::string& name) const {
    return config_.run_dir + "/" + name + ".sock";
  }
  const HostConfig& config() const { return config_; }
  std::string Log(const std::string& file) const;  // "access.log", "error.log"
  void Stop();

 private:
  std::filesystem::path folder_;
  HostConfig config_;
  pid_t nginx_ = -1;
};

// Ports nobody listens on just now.
std::vector<int> FreePorts(size_t count);
HostConfig MakeConfig(const std::filesystem::path& folder, const std::string& static_dir);
// Runs `nginx -t`; "" when it is content, else its words.
std::string CheckConfiguration(const HostConfig& config, const std::vector<Manifest>& manifests);

}  // namespace host::testing
