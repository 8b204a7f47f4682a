#include "host/routing/monolith_test_support.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "host/nginx_config/site_test_support.h"

namespace host::testing {
namespace {

namespace fs = std::filesystem;

constexpr char kProgram[] = R"(import hashlib
from urllib.parse import parse_qs

def application(env, start):
    body = env["wsgi.input"].read(int(env.get("CONTENT_LENGTH") or 0))
    lines = [f"{name}={value}" for name, value in env.items() if isinstance(value, str)]
    lines += [f"BODY_SIZE={len(body)}", "BODY_SHA256=" + hashlib.sha256(body).hexdigest()]
    lines += ["SCHEME=" + env["wsgi.url_scheme"]]
    status = parse_qs(env.get("QUERY_STRING", "")).get("status", ["200"])[0]
    start(status + " Old", [("Content-Type", "text/plain"), ("X-Old-Site", "yes")])
    return [("\n".join(lines) + "\n").encode()]
)";

void Exec(const fs::path& folder, int port) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log = open((folder / "log").c_str(), O_WRONLY | O_CREAT, 0600);
  if (log < 0) _exit(126);
  dup2(log, 1);
  dup2(log, 2);
  const std::string tcp = "127.0.0.1:" + std::to_string(port);
  const std::string http = folder / "http";
  const std::string uwsgi = folder / "uwsgi";
  const std::string fastcgi = folder / "fastcgi";
  const std::string program = folder / "old.py";
  execl("/usr/bin/uwsgi-core", "uwsgi-core", "--plugin", "python3", "--http-socket", tcp.c_str(),
        "--http-socket", http.c_str(), "--uwsgi-socket", uwsgi.c_str(), "--fastcgi-socket",
        fastcgi.c_str(), "--wsgi-file", program.c_str(), "--need-app", "--threads", "4",
        "--disable-logging", "--die-on-term", nullptr);
  _exit(127);
}

MonolithSettings At(const std::string& url) {
  MonolithSettings settings;
  settings.url = url;
  settings.at = ParseMonolithUrl(url).value();
  return settings;
}

}  // namespace

OldSite::OldSite() : OldSite(kProgram) {}

OldSite::OldSite(const std::string& program) : port_(FreePorts(1)[0]) {
  std::string name = "/tmp/old-site-XXXXXX";
  folder_ = mkdtemp(name.data());
  std::ofstream(folder_ / "old.py") << program;
  pid_ = fork();
  if (pid_ == 0) Exec(folder_, port_);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (true) {  // asked again until it answers
    try {
      Client(port_).Send("/");
      return;
    } catch (const std::exception&) {
      if (waitpid(pid_, nullptr, WNOHANG) == 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        continue;
      }
      std::ostringstream log;
      log << std::ifstream(folder_ / "log").rdbuf();
      throw std::runtime_error("uWSGI (package uwsgi-plugin-python3) did not start: " + log.str());
    }
  }
}

OldSite::~OldSite() {
  Stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void OldSite::Stop() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

MonolithSettings OldSite::Over(MonolithUrl::Protocol protocol) const {
  switch (protocol) {
    case MonolithUrl::Protocol::kHttp:
      return At("http://" + (folder_ / "http").string());
    case MonolithUrl::Protocol::kUwsgi:
      return At("uwsgi://" + (folder_ / "uwsgi").string());
    case MonolithUrl::Protocol::kFastcgi:
      return At("fastcgi://" + (folder_ / "fastcgi").string());
  }
  throw std::logic_error("no such protocol");
}

MonolithSettings OldSite::OverTcp() const {
  return At("http://127.0.0.1:" + std::to_string(port_));
}

}  // namespace host::testing
