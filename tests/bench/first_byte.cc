// Cold starts: the time from a request to the first byte of its answer, when the function has no
// worker yet. Each round waits until the pool is empty again.
//
//   first_byte ROUNDS PROGRAMS nginx PORT PATH
//   first_byte ROUNDS PROGRAMS socket SOCKET MANIFEST PATH
//
// PROGRAMS: a folder; the pool is empty when no process runs a program below it. Prints the least,
// the median and the greatest time in milliseconds.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "host/cli/invoke/request.h"
#include "host/manifest/manifest.h"
#include "host/supervisor/fd.h"
#include "host/wire/client/fastcgi.h"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using host::Fd;

bool Runs(const std::string& programs) {
  for (const auto& process : fs::directory_iterator("/proc")) {
    std::error_code gone;
    const auto program = fs::read_symlink(process.path() / "exe", gone);
    if (!gone && program.string().starts_with(programs + "/")) return true;
  }
  return false;
}

void WaitUntilEmpty(const std::string& programs) {
  const auto deadline = Clock::now() + std::chrono::seconds(60);
  while (Runs(programs)) {
    if (Clock::now() > deadline) throw std::runtime_error(programs + ": a worker stays");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

template <typename Address>
Fd Connect(int family, const Address& address) {
  Fd fd(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!fd || connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error(std::string("no connection: ") + std::strerror(errno));
  }
  return fd;
}

Fd ConnectTcp(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return Connect(AF_INET, address);
}

Fd ConnectUnix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return Connect(AF_UNIX, address);
}

double FirstByteMs(const std::function<Fd()>& connect, const std::string& request) {
  const auto begin = Clock::now();
  const Fd fd = connect();
  if (send(fd.get(), request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    throw std::runtime_error("the request was not taken");
  }
  char bytes[512];
  const ssize_t size = recv(fd.get(), bytes, sizeof bytes, 0);
  const std::chrono::duration<double, std::milli> took = Clock::now() - begin;
  const std::string answer(bytes, size > 0 ? static_cast<size_t>(size) : 0);
  if (answer.find(" 200 OK") == answer.npos) throw std::runtime_error("no 200: " + answer);
  return took.count();
}

std::string FastcgiOf(const std::string& manifest_file, const std::string& path) {
  std::stringstream text;
  text << std::ifstream(manifest_file).rdbuf();
  const auto manifest = host::ParseManifest(text.str(), manifest_file);
  if (!manifest) throw std::runtime_error(manifest.error().at(0));
  const auto parameters = host::InvokeParameters(
      *manifest,
      {.method = "GET", .path = path, .headers = {}, .request_id = host::NewRequestId()});
  if (!parameters) throw std::runtime_error(parameters.error());
  return host::wire::FastcgiRequest(*parameters, "", false);
}

void Measure(int rounds, const std::string& programs, const std::function<Fd()>& connect,
             const std::string& request) {
  std::vector<double> times;
  for (int i = 0; i < rounds; ++i) {
    WaitUntilEmpty(programs);
    times.push_back(FirstByteMs(connect, request));
  }
  std::ranges::sort(times);
  std::printf("min %.1f, median %.1f, max %.1f ms\n", times.front(), times[times.size() / 2],
              times.back());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv, argv + argc);
  try {
    if (argc == 6 && arguments[3] == "nginx") {
      const int port = std::stoi(arguments[4]);
      Measure(
          std::stoi(arguments[1]), arguments[2], [&] { return ConnectTcp(port); },
          "GET " + arguments[5] + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    } else if (argc == 7 && arguments[3] == "socket") {
      Measure(
          std::stoi(arguments[1]), arguments[2], [&] { return ConnectUnix(arguments[4]); },
          FastcgiOf(arguments[5], arguments[6]));
    } else {
      std::fputs(
          "usage: first_byte ROUNDS PROGRAMS nginx PORT PATH\n"
          "       first_byte ROUNDS PROGRAMS socket SOCKET MANIFEST PATH\n",
          stderr);
      return 2;
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "first_byte: %s\n", error.what());
    return 1;
  }
}
