// A real NGINX with a rendered configuration, and echo functions behind it, for the tests of this
// folder.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
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

// A listening socket that nobody accepts from: requests wait.
int Listen(const std::string& socket);

class Site {
 public:
  // Starts NGINX; throws with its words when it refuses the configuration.
  Site(std::vector<Manifest> manifests, const std::string& static_dir);
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
