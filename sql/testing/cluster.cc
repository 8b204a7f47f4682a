#include "sql/testing/cluster.h"

#include <fmt/core.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <thread>
#include <vector>

#include "sql/runner/runner.h"

namespace sql::testing {
namespace {

namespace fs = std::filesystem;

std::string BinaryFolder() {
  for (const char* folder :
       {"/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin"}) {
    if (fs::exists(fmt::format("{}/initdb", folder))) return folder;
  }
  throw std::runtime_error("no PostgreSQL server found: install the package postgresql-15");
}

// In the child: the user, the output, the death with the parent; then the program.
[[noreturn]] void Exec(const std::vector<std::string>& arguments, const std::string& log) {
  if (std::freopen(log.c_str(), "a", stdout) == nullptr || dup2(1, 2) < 0) _exit(126);
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    if (!user || setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0) _exit(126);
  }
  prctl(PR_SET_PDEATHSIG, SIGQUIT);  // PostgreSQL's immediate shutdown
  std::vector<char*> argv;
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  _exit(127);
}

pid_t Spawn(const std::vector<std::string>& arguments, const std::string& log) {
  std::fflush(nullptr);  // or the child would say again what waits in our buffers
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error("fork failed");
  if (pid == 0) Exec(arguments, log);
  return pid;
}

void MustSucceed(const std::vector<std::string>& arguments, const std::string& log) {
  int status = 0;
  waitpid(Spawn(arguments, log), &status, 0);
  if (status == 0) return;
  std::ifstream in(log);
  throw std::runtime_error(fmt::format("{} failed: {}", arguments[0],
                                       std::string(std::istreambuf_iterator<char>(in), {})));
}

}  // namespace

Cluster::Cluster() {
  std::string pattern = "/tmp/sql-test-XXXXXX";  // short: a socket's path has 107 bytes at most
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary folder in /tmp");
  folder_ = pattern;
  const auto log = folder_ + "/log";
  std::ofstream(log).close();
  if (geteuid() == 0) {
    const passwd* user = getpwnam("postgres");
    if (!user) throw std::runtime_error("no user postgres: install the package postgresql-15");
    for (const auto& path : {folder_, log}) {
      if (chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) {
        throw std::runtime_error("cannot give " + path + " to postgres");
      }
    }
  }
  const auto bin = BinaryFolder();
  const auto data = folder_ + "/data";
  MustSucceed({bin + "/initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync",
               "--locale=C.UTF-8", "--encoding=UTF8", "--no-instructions"},
              log);
  Start();
}

void Cluster::Start() {
  postmaster_ =
      Spawn({BinaryFolder() + "/postgres", "-D", folder_ + "/data", "-k", folder_, "-h", "", "-c",
             "fsync=off", "-c", "full_page_writes=off", "-c", "shared_buffers=64MB"},
            folder_ + "/log");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  for (;;) {
    try {
      Connection connection(url());
      return;
    } catch (const Error&) {
      if (std::chrono::steady_clock::now() > deadline) throw;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
}

void Cluster::Stop() {
  if (postmaster_ <= 0) return;
  kill(postmaster_, SIGQUIT);
  waitpid(postmaster_, nullptr, 0);
  postmaster_ = -1;
}

Cluster::~Cluster() {
  Stop();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string Cluster::url(const std::string& role, const std::string& database) const {
  return fmt::format("host={} user={} dbname={}", folder_, role, database);
}

Database::Database() {
  Connection(cluster_.url()).Run("CREATE DATABASE test");
  Connection owner(url());
  Runner(owner, ReadMigrations("sql/migrations"), 10, [](const char*, const Migration&) {
  }).Up(std::numeric_limits<int>::max());
  for (const auto* role :
       {"thoughts_service", "accounts_service", "admin_service", "web_service", "import_service"}) {
    std::ofstream(url_file(role)) << url(role) << "\n";
  }
}

std::string Database::url_file(const std::string& role) const {
  return fmt::format("{}/{}.dsn", cluster_.folder(), role);
}

Database& SharedDatabase() {
  static Database database;
  return database;
}

}  // namespace sql::testing
