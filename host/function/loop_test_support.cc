#include "host/function/loop_test_support.h"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "host/wire/fastcgi_connection.h"

namespace host::testing {
namespace {

int Listen(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd, 128) != 0) {
    throw std::runtime_error("cannot listen on " + path);
  }
  return fd;
}

LoopSettings Completed(LoopSettings settings, const std::string& path) {
  settings.listen_fd = Listen(path);
  settings.body_bytes = 300000;
  return settings;
}

std::string MakeFolder() {
  wire::FastcgiConnection::InitLibrary();
  char name[] = "/tmp/fnhost-loop-XXXXXX";
  return mkdtemp(name);
}

}  // namespace

Served::Served(Handler handler, int threads)
    : Served(std::move(handler), LoopSettings{.threads = threads}) {}

Served::Served(Handler handler, LoopSettings with)
    : folder(MakeFolder()),
      path(folder + "/s"),
      log_fd(memfd_create("log", MFD_CLOEXEC)),
      process{.function = "test",
              .scope = "",
              .config = Config([](const std::string&) { return std::nullopt; }),
              .clock = clock,
              .log = Log("test", "", log_fd),
              .pool = nullptr,
              .shared_mutex = {},
              .shared = {}},
      settings(Completed(with, path)),
      loop(settings, process, *Scoreboard::Create(with.threads), std::move(handler)) {
  loop.Start();
}

Served::~Served() {
  loop.Stop();
  close(settings.listen_fd);
  close(log_fd);
  std::filesystem::remove_all(folder);
}

std::string Served::Logged() const {
  std::string all(1 << 20, '\0');
  all.resize(std::max<ssize_t>(pread(log_fd, all.data(), all.size(), 0), 0));
  return all;
}

Response Echo(const Request& request, Context&) {
  return Response::Text(200, "text/plain",
                        request.method() + " " + request.path() + " " + request.body());
}

Pairs Head(const std::string& method, const std::string& path) {
  return {{"REQUEST_METHOD", method}, {"DOCUMENT_URI", path}, {"REQUEST_ID", "r1"}};
}

std::string Body(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

}  // namespace host::testing
