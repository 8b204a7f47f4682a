#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "host/cli/manifests.h"
#include "host/cli/options.h"
#include "host/nginx_config/nginx_config.h"
#include "host/supervisor/config.h"
#include "host/supervisor/fd.h"
#include "host/supervisor/upstream.h"

extern char** environ;

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost nginx --config /etc/fnhost.json | less
  fnhost nginx --check --config /etc/fnhost.json > /dev/null       exit 1 when NGINX refuses it
  fnhost nginx --run --upstream 'tcp://{name}:9000' --config /etc/fnhost/fnhost.json

Renders NGINX's configuration from the functions' manifests, as a running host does by itself after
a deploy that changes routes or limits. Nobody edits it. --run writes it to nginx.prefix, which is
made when it is missing, and becomes NGINX: a container's first process (docs/containers.md).
)";

constexpr char kNginx[] = "/usr/sbin/nginx";  // a plain user's PATH lacks the folder

struct Options {
  std::string config_file;
  std::string upstream;
  bool check = false;
  bool run = false;
};

// A file that goes with its owner.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    path_ = (std::filesystem::temp_directory_path() / "fnhost-nginx-XXXXXX").string();
    const Fd fd(mkstemp(path_.data()));
    if (!fd || write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      throw std::runtime_error(fmt::format("{}: cannot write: {}", path_, std::strerror(errno)));
    }
  }
  ~TemporaryFile() { unlink(path_.c_str()); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// NGINX's own words go to our stderr.
int RunNginxTest(const std::string& prefix, const std::string& file) {
  std::string words[] = {"nginx", "-t", "-q", "-p", prefix, "-c", file};
  char* arguments[8] = {};
  for (size_t i = 0; i < 7; ++i) arguments[i] = words[i].data();
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, 2, 1);
  pid_t pid = -1;
  int error = posix_spawnp(&pid, "nginx", &actions, nullptr, arguments, environ);
  if (error == ENOENT) {
    error = posix_spawn(&pid, kNginx, &actions, nullptr, arguments, environ);
  }
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return Fail(fmt::format("cannot run nginx: {}; install it", std::strerror(error)));
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return 0;
  return Fail("nginx refuses this configuration (see above)");
}

// Returns only when it cannot.
int BecomeNginx(const NginxSettings& settings, const std::string& text) {
  const std::string file = settings.prefix + "/nginx.conf";
  std::error_code fault;
  std::filesystem::create_directories(settings.prefix, fault);
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text << std::flush;
  if (!out) {
    return Fail(file + ": cannot be written; give this user the folder, as an empty one at /tmp");
  }
  out.close();
  const std::string errors = settings.stdio ? "stderr" : settings.prefix + "/error.log";
  const char* const words[] = {
      "nginx", "-e",         errors.c_str(), "-p",          settings.prefix.c_str(),
      "-c",    file.c_str(), "-g",           "daemon off;", nullptr};
  auto* const arguments = const_cast<char* const*>(words);
  execvp("nginx", arguments);
  if (errno == ENOENT) execv(kNginx, arguments);
  return Fail(fmt::format("cannot run nginx: {}; install it", std::strerror(errno)));
}

int Nginx(const Options& options) {
  auto config = ReadHostConfig(options.config_file);
  if (!config) return Fail(config.error());
  if (!options.upstream.empty()) {
    const auto upstream = ParseUpstream(options.upstream);
    if (!upstream) return Fail("--upstream " + upstream.error() + ", not " + options.upstream);
    config->nginx.upstream = *upstream;
  }
  if (config->nginx.prefix.empty()) {
    return Fail(options.config_file + ": nginx: is missing; it says where NGINX keeps its files");
  }
  const auto manifests = ManifestsOf(*config);
  if (!manifests) return Fail(manifests.error());
  const std::string text = RenderNginx(*config, *manifests);
  if (options.check) {
    const TemporaryFile file(text);
    if (const int failed = RunNginxTest(config->nginx.prefix, file.path()); failed != 0) {
      return failed;
    }
  }
  if (options.run) return BecomeNginx(config->nginx, text);
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : Fail("cannot write to stdout");
}

}  // namespace

void AddNginx(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "nginx", "Print NGINX's configuration")
      .Examples(kExamples)
      .Flag("--check", options->check, "Let `nginx -t` check it first")
      .Flag("--run", options->run, "Become NGINX instead of printing")
      .Text("--upstream", options->upstream, "ADDRESS",
            "Where functions are, in place of nginx.upstream (host/supervisor/upstream.h)")
      .Variable("FNHOST_UPSTREAM")
      .Config(options->config_file)
      .Run([options] { return Nginx(*options); });
}

}  // namespace host
