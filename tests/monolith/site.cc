#include "tests/monolith/site.h"

#include <arpa/inet.h>
#include <crypt.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "sql/client/client.h"

namespace monolith {
namespace {

namespace fs = std::filesystem;

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = Loopback(0);
  socklen_t size = sizeof(address);
  const bool good = bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                    getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(fd);
  if (!good) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

// Whether the site answers a request: its login page needs neither database nor API.
bool Answers(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = Loopback(port);
  const timeval limit{5, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  static constexpr char kAsk[] = "GET /login/ HTTP/1.0\r\nHost: localhost\r\n\r\n";
  char answer[12];
  const bool good =
      connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
      send(fd, kAsk, sizeof(kAsk) - 1, MSG_NOSIGNAL) > 0 &&
      recv(fd, answer, sizeof(answer), MSG_WAITALL) == sizeof(answer) &&
      std::string_view(answer, sizeof(answer)).ends_with(" 200");
  close(fd);
  return good;
}

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

std::string BcryptHash(const std::string& password) {
  const auto data = std::make_unique<crypt_data>();
  char salt[CRYPT_GENSALT_OUTPUT_SIZE];
  const char* made = crypt_gensalt_rn("$2b$", 4, nullptr, 0, salt, sizeof(salt)) == nullptr
                         ? nullptr
                         : crypt_r(password.c_str(), salt, data.get());
  if (made == nullptr || made[0] == '*') throw std::runtime_error("crypt(3) makes no bcrypt hash");
  return made;
}

Database::Database(const sql::testing::Cluster& cluster)
    : Database(cluster.url(), cluster.url("postgres", "monolith")) {}

Database::Database(const std::string& superuser_url, const std::string& url,
                   const std::string& folder)
    : url_(url) {
  sql::Connection(superuser_url).Run("CREATE DATABASE monolith");
  sql::Connection(url_).Run(ReadFile(folder + "/schema.sql"));
}

void Database::AddUser(const std::string& name, const std::string& password) {
  sql::Connection(url_).Query(
      "INSERT INTO thoughts_usermodel (username, password_hash) VALUES ($1, $2)",
      {name, BcryptHash(password)});
}

long Database::AddThought(const std::string& name, const std::string& text) {
  return std::stol(sql::Connection(url_).One(
      "INSERT INTO thoughts_thoughtmodel (username, text, timestamp) VALUES ($1, $2, "
      "clock_timestamp()) RETURNING id",
      {name, text}));
}

std::string Database::One(const std::string& statement) {
  return sql::Connection(url_).One(statement);
}

Site::Site(SiteSettings settings) : settings_(std::move(settings)) {
  if (settings_.http_port == 0) settings_.http_port = FreePort();
  while (settings_.uwsgi_port == 0 || settings_.uwsgi_port == settings_.http_port) {
    settings_.uwsgi_port = FreePort();
  }
  std::string name = "/tmp/monolith-XXXXXX";
  if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder in /tmp");
  work_ = name;
  std::ofstream(work_ + "/database.dsn") << settings_.database_url;
  Start();
}

Site::~Site() {
  Stop();
  std::error_code ignored;
  fs::remove_all(work_, ignored);
}

void Site::Exec() const {
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // its workers look after themselves: --no-orphans
  const int log = open((work_ + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (log < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) _exit(126);
  setenv("MONOLITH_STORAGE", settings_.api_url.empty() ? "database" : "api", 1);
  setenv("MONOLITH_DATABASE_URL_FILE", (work_ + "/database.dsn").c_str(), 1);
  setenv("MONOLITH_API_URL", settings_.api_url.c_str(), 1);
  setenv("SESSION_PUBLIC_KEYS", settings_.public_keys.c_str(), 1);
  setenv("SESSION_ISSUER", settings_.issuer.c_str(), 1);
  const std::string http = "127.0.0.1:" + std::to_string(settings_.http_port);
  const std::string uwsgi = "127.0.0.1:" + std::to_string(settings_.uwsgi_port);
  const std::string ini = settings_.folder + "/uwsgi.ini";
  execl("/usr/bin/uwsgi-core", "uwsgi-core", "--ini", ini.c_str(), "--http-socket", http.c_str(),
        "--uwsgi-socket", uwsgi.c_str(), nullptr);
  _exit(127);
}

void Site::Start() {
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ == 0) Exec();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!Answers(settings_.http_port)) {
    if (waitpid(pid_, nullptr, WNOHANG) != 0) {
      pid_ = -1;
    } else if (std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
      continue;
    }
    Stop();
    throw std::runtime_error(
        "the old site did not start (packages uwsgi-plugin-python3 and python3-django): " + Log());
  }
}

void Site::Stop() {
  if (pid_ <= 0) return;
  kill(-pid_, SIGKILL);  // the group: uWSGI and its workers
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string Site::http_url() const {
  return "http://127.0.0.1:" + std::to_string(settings_.http_port);
}

std::string Site::uwsgi_url() const {
  return "uwsgi://127.0.0.1:" + std::to_string(settings_.uwsgi_port);
}

std::string Site::Log() const { return ReadFile(work_ + "/log"); }

}  // namespace monolith
