#include "host/cli/fnhost_test_support.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "host/cli/client.h"
#include "host/supervisor/fd.h"
#include "host/supervisor/leftovers.h"

namespace host::testing {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

int FreePort() {
  const Fd fd(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address = Loopback(0);
  socklen_t size = sizeof address;
  if (bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return 0;
  getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

}  // namespace

bool Eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

bool Alive(pid_t pid) {
  std::string stat;
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::getline(file, stat);
  const size_t end = stat.rfind(')');
  return end != std::string::npos && end + 2 < stat.size() && stat[end + 2] != 'Z';
}

Ended Fnhost(const std::string& words) {
  FILE* pipe = popen(("host/cli/fnhost " + words + " 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("popen");
  Ended ended;
  char buffer[4096];
  while (const size_t size = fread(buffer, 1, sizeof buffer, pipe)) ended.text.append(buffer, size);
  const int status = pclose(pipe);
  ended.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ended;
}

TestHost::TestHost() : port_(FreePort()) {
  char name[] = "/tmp/fnhost-test-XXXXXX";
  if (mkdtemp(name) == nullptr) throw std::runtime_error("mkdtemp");
  path_ = name;
  fs::create_directory(path_ + "/functions");
}

TestHost::~TestHost() {
  for (const pid_t pid : pids_) {
    if (pid > 0) kill(pid, SIGKILL);
    if (pid > 0) waitpid(pid, nullptr, 0);
  }
  for (const pid_t pid : Workers()) kill(pid, SIGKILL);
  fs::remove_all(path_);
}

void TestHost::Add(const std::string& name, int workers, const std::string& behaviour,
                   const TestPool& pool) {
  AddFolder(name, "test_worker", workers, pool);
  behaviours_[name] = behaviour;
  WriteConfig();
}

void TestHost::AddServing(const std::string& name, int workers, const TestPool& pool) {
  AddFolder(name, "test_function", workers, pool);
  behaviours_[name] = "";
  WriteConfig();
}

void TestHost::Set(const std::string& key, const std::string& json) {
  settings_[key] = json;
  WriteConfig();
}

void TestHost::AddFolder(const std::string& name, const std::string& program, int workers,
                         const TestPool& pool) {
  const std::string folder = path_ + "/functions/" + name;
  fs::create_directory(folder);
  fs::create_symlink(fs::absolute("host/cli/" + program), folder + "/" + name);
  Write("functions/" + name + "/function.json",
        fmt::format(R"({{"name": "{0}", "summary": "A test's function",
  "routes": [{{"methods": ["GET"], "path": "/{0}"}}], "exposure": "public", "protocol": "fastcgi",
  "pool": {{"mode": "{2}", "min": {3}, "max": {1}, "threads": 1, "idle_timeout_s": {4},
           "max_requests": {5}}},
  "limits": {{"body_bytes": 1024, "timeout_ms": 1000, "memory_mb": 64,
             "rate": {{"key": "ip", "per_second": 0, "burst": 0}}}},
  "scope": "", "repeat_safe": false, "needs": ["need_{0}"]}})",
                    name, workers, pool.mode, pool.mode == "ondemand" ? 0 : 1, pool.idle_timeout_s,
                    pool.max_requests));
}

void TestHost::Write(const std::string& file, const std::string& text) const {
  std::ofstream(path_ + "/" + file) << text;
}

void TestHost::WriteConfig() const {
  nlohmann::json config = {{"functions", path_ + "/functions"},
                           {"run_dir", run_dir()},
                           {"metrics", fmt::format("127.0.0.1:{}", port_)},
                           {"grace_ms", 300}};
  for (const auto& [key, value] : settings_) config[key] = nlohmann::json::parse(value);
  if (state_) config["state_dir"] = path_ + "/state";
  for (const auto& [name, behaviour] : behaviours_) {
    config["needs"]["need_" + name] = {{"TEST_BEHAVIOUR", behaviour}};
  }
  Write("fnhost.json", config.dump());
}

pid_t TestHost::Start() {
  std::string words[] = {"host/cli/fnhost", "run", "--config", path_ + "/fnhost.json"};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), words[3].data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 2, (path_ + "/log").c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, arguments[0], &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start host/cli/fnhost");
  pids_.push_back(pid);
  return pid;
}

int TestHost::Wait() {
  int status = 0;
  if (!Eventually([&] { return waitpid(pids_.back(), &status, WNOHANG) == pids_.back(); })) {
    return -1;
  }
  pids_.back() = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

std::vector<pid_t> TestHost::Workers() const {
  std::vector<pid_t> workers = FindLeftovers(run_dir());
  std::erase_if(workers, [](pid_t pid) { return !Alive(pid); });
  return workers;
}

HostStatus TestHost::Status() const {
  const auto answer = Ask(run_dir() + "/fnhost.sock", R"({"command":"status"})");
  if (!answer) return {};
  return StatusFromJson(nlohmann::json::parse(*answer).at("status").dump());
}

FunctionStatus TestHost::Function(const std::string& name) const {
  for (const FunctionStatus& each : Status().functions) {
    if (each.name == name) return each;
  }
  return {};
}

std::string TestHost::Get(const std::string& page) const {
  const Fd fd(socket(AF_INET, SOCK_STREAM, 0));
  const sockaddr_in address = Loopback(port_);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return "";
  const std::string request = "GET " + page + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  if (write(fd.get(), request.data(), request.size()) < 0) return "";
  std::string answer;
  char buffer[4096];
  for (ssize_t size = 0; (size = read(fd.get(), buffer, sizeof buffer)) > 0;) {
    answer.append(buffer, size);
  }
  return answer;
}

std::string TestHost::Log() const { return ReadAll(path_ + "/log"); }

Fd TestHost::Connect(const std::string& function) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  (run_dir() + "/" + function + ".sock").copy(address.sun_path, sizeof address.sun_path - 1);
  Fd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    fd.Close();
  return fd;
}

TestHost::Begun TestHost::Begin(std::vector<std::string> words) {
  const std::string files = fmt::format("{}/command-{}", path_, ++commands_);
  Begun begun{.pid = -1, .out = files + ".out", .err = files + ".err"};
  words.insert(words.begin(), "host/cli/fnhost");
  words.insert(words.end(), {"--config", path_ + "/fnhost.json"});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, begun.out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, begun.err.c_str(), O_WRONLY | O_CREAT, 0600);
  const int error =
      posix_spawn(&begun.pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start host/cli/fnhost");
  return begun;
}

CommandEnd TestHost::End(const Begun& begun) const {
  int status = 0;
  waitpid(begun.pid, &status, 0);
  return {.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status),
          .out = ReadAll(begun.out),
          .err = ReadAll(begun.err)};
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

bool Running(const TestHost& host) {
  return Eventually([&] { return host.Status().state == "running"; });
}

}  // namespace host::testing
