#include "host/keeper/keeper_test_support.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace host::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kLimit{10};

// Empty when it cannot be read: a process may end meanwhile.
std::string FirstLine(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

sockaddr_un Address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

Fd StreamSocket() {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::runtime_error("no socket");
  return Fd(fd);
}

}  // namespace

bool Eventually(const std::function<bool()>& condition) {
  const auto until = steady_clock::now() + kLimit;
  while (!condition()) {
    if (steady_clock::now() > until) return false;
    usleep(1000);
  }
  return true;
}

bool Alive(pid_t pid) {
  const std::string text = FirstLine("/proc/" + std::to_string(pid) + "/stat");
  const size_t name_end = text.rfind(')');
  return name_end != std::string::npos && text[name_end + 2] != 'Z' && text[name_end + 2] != 'X';
}

bool SameFile(int a, int b) {
  struct stat one{};
  struct stat other{};
  return fstat(a, &one) == 0 && fstat(b, &other) == 0 && one.st_dev == other.st_dev &&
         one.st_ino == other.st_ino;
}

RunFolder::RunFolder() { BOOST_REQUIRE(mkdtemp(path.data()) != nullptr); }

RunFolder::~RunFolder() {
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string line = FirstLine(entry.path() / "cmdline");
    if (line == std::string("fnhost\0keep\0", 12) + socket() + '\0') {
      kill(std::atoi(entry.path().filename().c_str()), SIGKILL);
    }
  }
  std::filesystem::remove_all(path);
}

KeeperSettings RunFolder::settings() const {
  return {.program = std::filesystem::absolute("host/keeper/test_keeper").string(),
          .patience = milliseconds(10'000)};
}

std::unique_ptr<KeeperClient> RunFolder::Open() {
  auto client = KeeperClient::Open(loop, log, path, settings());
  BOOST_REQUIRE_EQUAL(client ? "" : client.error(), "");
  return *std::move(client);
}

bool RunFolder::Turn(const std::function<bool()>& condition) {
  const auto until = steady_clock::now() + kLimit;
  bool came = false;
  std::function<void()> look = [&] {
    came = condition();
    if (came || steady_clock::now() > until) return loop.Quit();
    loop.At(steady_clock::now() + milliseconds(1), look);
  };
  look();
  if (!came) loop.Run();
  return came;
}

pid_t RunFolder::Owner(const std::function<void(KeeperClient&)>& work) {
  int ends[2];
  BOOST_REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  const pid_t pid = fork();
  if (pid == 0) {
    EventLoop own;
    const auto client = KeeperClient::Open(own, log, path, settings());
    if (!client) _exit(1);
    work(**client);
    own.Post([&] { write(ends[1], "D", 1) == 1 ? void() : _exit(2); });
    own.Run();
    _exit(0);
  }
  write_end.Close();
  char done = 0;
  BOOST_REQUIRE(read(read_end.get(), &done, 1) == 1);
  return pid;
}

void RunFolder::Kill(pid_t child) {
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

Fd RunFolder::Listen(const std::string& name) const {
  Fd fd = StreamSocket();
  const auto address = Address(path + "/" + name + ".sock");
  BOOST_REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(listen(fd.get(), 16) == 0);
  return fd;
}

Fd RunFolder::Connect(const std::string& name) const {
  Fd fd = StreamSocket();
  const auto address = Address(path + "/" + name + ".sock");
  BOOST_REQUIRE(connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) ==
                0);
  return fd;
}

const Kept* Find(const std::vector<Kept>& all, const std::string& key) {
  for (const Kept& each : all) {
    if (each.key == key) return &each;
  }
  return nullptr;
}

}  // namespace host::testing
