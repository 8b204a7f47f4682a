// A FastCGI program of two threads over plain FCGX_Accept_r, in a child process.

#include <fcgiapp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>

#include "host/nginx_config/site_test_support.h"

namespace host::testing {
namespace {

std::string QueryValue(const std::string& query, const std::string& name) {
  return query.starts_with(name + "=") ? query.substr(name.size() + 1) : "";
}

void AnswerOne(FCGX_Request& request) {
  std::string body;
  for (char** entry = request.envp; *entry != nullptr; ++entry) body += std::string(*entry) + "\n";
  size_t read = 0;
  while (FCGX_GetChar(request.in) >= 0) ++read;
  body += "BODY_SIZE=" + std::to_string(read) + "\n";

  const char* text = FCGX_GetParam("QUERY_STRING", request.envp);
  const std::string query = text == nullptr ? "" : text;
  std::string head = "Content-Type: text/plain\r\nX-Request-ID: from-function\r\n";
  if (const auto status = QueryValue(query, "status"); !status.empty()) {
    head += "Status: " + status + " Own\r\n";
  }
  if (const auto size = QueryValue(query, "header"); !size.empty()) {
    head += "X-Long: " + std::string(std::stoul(size), 'x') + "\r\n";
  }
  if (const auto path = QueryValue(query, "accel"); !path.empty()) {
    head += "X-Accel-Redirect: " + path + "\r\n";
  }
  const std::string answer = head + "\r\n" + body;
  FCGX_PutStr(answer.data(), static_cast<int>(answer.size()), request.out);
}

void Serve() {
  FCGX_Request request;
  FCGX_InitRequest(&request, 0, 0);
  while (FCGX_Accept_r(&request) == 0) AnswerOne(request);
}

}  // namespace

int Listen(const std::string& socket) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw std::runtime_error("no socket");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket.size() >= sizeof address.sun_path) throw std::runtime_error("path too long");
  std::memcpy(address.sun_path, socket.c_str(), socket.size() + 1);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd, 64) != 0) {
    throw std::runtime_error("cannot listen on " + socket);
  }
  return fd;
}

EchoFunction::EchoFunction(const std::string& socket) : socket_(socket) {
  const int fd = Listen(socket);
  pid_ = fork();
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(fd, 0);
    FCGX_Init();
    std::thread other(Serve);
    Serve();
    _exit(0);
  }
  close(fd);
}

EchoFunction::~EchoFunction() {
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  unlink(socket_.c_str());
}

}  // namespace host::testing
