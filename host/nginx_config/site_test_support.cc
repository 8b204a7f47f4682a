#include "host/nginx_config/site_test_support.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "host/manifest/path.h"
#include "host/nginx_config/nginx_config.h"

namespace host::testing {
namespace {

namespace fs = std::filesystem;
using std::chrono::steady_clock;

constexpr auto kStartLimit = std::chrono::seconds(20);

std::string ReadFile(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

sockaddr_in Address(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = Address(port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  close(fd);
  return -1;
}

// Starts nginx with its words in `output`.
pid_t Spawn(const HostConfig& config, const std::string& output, bool check_only) {
  const std::string file = config.nginx.prefix + "/nginx.conf";
  const pid_t pid = fork();
  if (pid != 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (freopen(output.c_str(), "w", stderr) == nullptr) _exit(126);
  const char* nginx = "/usr/sbin/nginx";
  const char* prefix = config.nginx.prefix.c_str();
  if (check_only) {
    execl(nginx, nginx, "-t", "-q", "-p", prefix, "-c", file.c_str(), nullptr);
  } else {
    execl(nginx, nginx, "-p", prefix, "-c", file.c_str(), "-g", "daemon off;", nullptr);
  }
  _exit(127);
}

size_t OnBody(char* data, size_t size, size_t count, void* answer) {
  static_cast<Answer*>(answer)->body.append(data, size * count);
  return size * count;
}

size_t OnHeader(char* data, size_t size, size_t count, void* answer) {
  std::string line(data, size * count);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  const size_t colon = line.find(": ");
  if (colon != std::string::npos) {
    std::string name = line.substr(0, colon);
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
    static_cast<Answer*>(answer)->headers.emplace(name, line.substr(colon + 2));
  }
  return size * count;
}

Answer Fetch(int port, const std::string& path, const Ask& ask) {
  return Client(port).Send(path, ask);
}

void WriteConfiguration(const HostConfig& config, const std::vector<Manifest>& manifests,
                        const Site::Edit& edit = {}) {
  fs::create_directories(config.nginx.prefix);
  fs::create_directories(config.run_dir);
  std::string text = RenderNginx(config, manifests);
  if (edit) edit(config, text);
  std::ofstream(config.nginx.prefix + "/nginx.conf") << text;
}

}  // namespace

Client::Client(int port) : curl_(curl_easy_init()), port_(port) {}

Client::~Client() { curl_easy_cleanup(curl_); }

Answer Client::Send(const std::string& path, const Ask& ask) {
  Answer answer;
  curl_easy_reset(curl_);  // keeps the connection
  const std::string url = "http://127.0.0.1:" + std::to_string(port_) + path;
  const std::string from = "host!" + ask.from;
  curl_slist* headers = curl_slist_append(nullptr, "Expect:");
  for (const auto& header : ask.headers) headers = curl_slist_append(headers, header.c_str());
  curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl_, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl_, CURLOPT_TIMEOUT, 20L);
  curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl_, CURLOPT_PROXY, "");
  if (!ask.from.empty()) curl_easy_setopt(curl_, CURLOPT_INTERFACE, from.c_str());
  if (ask.method == "HEAD") {
    curl_easy_setopt(curl_, CURLOPT_NOBODY, 1L);
  } else if (ask.method != "GET") {
    if (!ask.body.empty()) {
      curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE, static_cast<long>(ask.body.size()));
      curl_easy_setopt(curl_, CURLOPT_COPYPOSTFIELDS, ask.body.c_str());
    }
    curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, ask.method.c_str());
  }
  curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(curl_, CURLOPT_HEADERDATA, &answer);
  const CURLcode code = curl_easy_perform(curl_);
  long connections = 0;
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &answer.status);
  curl_easy_getinfo(curl_, CURLINFO_NUM_CONNECTS, &connections);
  connections_ += connections;
  curl_slist_free_all(headers);
  if (code != CURLE_OK) throw std::runtime_error(url + ": " + curl_easy_strerror(code));
  return answer;
}

std::string Answer::Header(const std::string& name) const {
  std::string joined;
  const auto [first, last] = headers.equal_range(name);
  for (auto it = first; it != last; ++it) joined += (joined.empty() ? "" : " | ") + it->second;
  return joined;
}

std::string Answer::Parameter(const std::string& name) const {
  std::string joined;
  std::istringstream lines(body);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(name + "=")) continue;
    joined += (joined.empty() ? "" : " | ") + line.substr(name.size() + 1);
  }
  return joined;
}

Manifest MakeManifest(const std::string& name, const std::vector<std::string>& methods,
                      const std::string& path) {
  Manifest manifest;
  manifest.name = name;
  manifest.summary = "Echo; {with} $signs \"and\" 'quotes'";
  manifest.routes.push_back({methods, path, ParsePath(path).value()});
  manifest.limits.body_bytes = 1000;
  manifest.limits.rate.key = "ip";
  return manifest;
}

// Below the range of outgoing connections, from a place of this process's own: tests run side by
// side.
std::vector<int> FreePorts(size_t count) {
  constexpr int kFirst = 20000;
  constexpr int kRange = 12000;
  std::vector<int> ports;
  int port = kFirst + getpid() * 37 % kRange;
  for (int tries = 0; ports.size() < count && tries < kRange; ++tries) {
    port = port + 1 < kFirst + kRange ? port + 1 : kFirst;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = Address(port);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      ports.push_back(port);
    }
    close(fd);
  }
  if (ports.size() < count) throw std::runtime_error("no free port");
  return ports;
}

HostConfig MakeConfig(const fs::path& folder, const std::string& static_dir) {
  const auto ports = FreePorts(3);
  HostConfig config;
  config.run_dir = folder / "run";
  config.state_dir = folder / "state";
  config.metrics = "127.0.0.1:" + std::to_string(ports[2]);
  config.nginx.public_port = ports[0];
  config.nginx.internal_port = ports[1];
  config.nginx.prefix = folder / "nginx";
  config.nginx.static_dir = static_dir;
  config.nginx.user = geteuid() == 0 ? "root" : "";
  config.nginx.workers = 1;
  return config;
}

std::string CheckConfiguration(const HostConfig& config, const std::vector<Manifest>& manifests) {
  WriteConfiguration(config, manifests);
  const std::string words = config.nginx.prefix + "/check";
  int status = 0;
  const pid_t pid = Spawn(config, words, true);
  waitpid(pid, &status, 0);
  const std::string said = ReadFile(words);
  return status == 0 && said.empty() ? "" : "exit " + std::to_string(status) + ": " + said;
}

Site::Site(const std::vector<Manifest>& manifests, const std::string& static_dir,
           const std::optional<MonolithSettings>& monolith,
           const std::vector<std::string>& trusted_proxies, const Edit& edit) {
  std::string name = "/tmp/nginx-config-XXXXXX";
  folder_ = mkdtemp(name.data());
  config_ = MakeConfig(folder_, static_dir);
  config_.monolith = monolith;
  config_.nginx.trusted_proxies = trusted_proxies;
  fs::create_directories(config_.state_dir);
  WriteConfiguration(config_, manifests, edit);
  nginx_ = Spawn(config_, folder_ / "words", false);
  const auto deadline = steady_clock::now() + kStartLimit;
  for (int fd = -1; fd < 0; fd = Connect(config_.nginx.public_port)) {
    if (fd >= 0) close(fd);
    if (waitpid(nginx_, nullptr, WNOHANG) == nginx_ || steady_clock::now() > deadline) {
      throw std::runtime_error("NGINX did not start: " + ReadFile(folder_ / "words"));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // asked again until it listens
  }
}

void Site::Stop() {
  if (nginx_ < 0) return;
  kill(nginx_, SIGTERM);
  waitpid(nginx_, nullptr, 0);
  nginx_ = -1;
}

Site::~Site() {
  Stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Answer Site::Send(const std::string& path, const Ask& ask) const {
  return Fetch(config_.nginx.public_port, path, ask);
}

Answer Site::Internal(const std::string& path, const Ask& ask) const {
  return Fetch(config_.nginx.internal_port, path, ask);
}

std::string Site::Raw(const std::string& request, bool half_close) const {
  const int fd = Connect(config_.nginx.public_port);
  timeval limit{.tv_sec = 10, .tv_usec = 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  (void)!write(fd, request.data(), request.size());
  if (half_close) shutdown(fd, SHUT_WR);
  std::string all(65536, '\0');
  size_t size = 0;
  for (ssize_t got = 1; got > 0 && size < all.size();
       size += static_cast<size_t>(std::max(got, ssize_t{0}))) {
    got = read(fd, all.data() + size, all.size() - size);
  }
  close(fd);
  all.resize(size);
  return all;
}

std::string Site::Log(const std::string& file) const {
  return ReadFile(fs::path(config_.nginx.prefix) / file);
}

}  // namespace host::testing
