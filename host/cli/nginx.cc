#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "host/cli/manifests.h"
#include "host/cli/options.h"
#include "host/nginx_config/nginx_config.h"
#include "host/supervisor/config.h"
#include "host/supervisor/fd.h"

extern char** environ;

namespace host {
namespace {

constexpr char kExamples[] = R"(Examples:
  fnhost nginx --config /etc/fnhost.json | less
  fnhost nginx --check --config /etc/fnhost.json > /dev/null       exit 1 when NGINX refuses it

Renders NGINX's configuration from the functions' manifests, as a running host does by itself after
a deploy that changes routes or limits. Nobody edits it.
)";

struct Options {
  std::string config_file;
  bool check = false;
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
  if (error == ENOENT) {  // a plain user's PATH lacks the folder of system programs
    error = posix_spawn(&pid, "/usr/sbin/nginx", &actions, nullptr, arguments, environ);
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

int Nginx(const Options& options) {
  const auto config = ReadHostConfig(options.config_file);
  if (!config) return Fail(config.error());
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
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : Fail("cannot write to stdout");
}

}  // namespace

void AddNginx(CLI::App& app, Chosen& chosen) {
  const auto options = std::make_shared<Options>();
  Command(app, chosen, "nginx", "Print NGINX's configuration")
      .Examples(kExamples)
      .Flag("--check", options->check, "Let `nginx -t` check it first")
      .Config(options->config_file)
      .Run([options] { return Nginx(*options); });
}

}  // namespace host
