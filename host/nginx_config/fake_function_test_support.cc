#include <sys/socket.h>
#include <unistd.h>

#include "host/nginx_config/site_test_support.h"
#include "host/wire/client/fastcgi.h"

namespace host::testing {
namespace {

// One FastCGI request: the contents of its records, up to the empty STDIN record. Nothing when the
// connection ends before.
std::optional<std::string> ReadRequest(int fd) {
  std::string request;
  while (true) {
    unsigned char head[8];
    if (recv(fd, head, sizeof head, MSG_WAITALL) != sizeof head) return std::nullopt;
    const size_t size = static_cast<size_t>(head[4] << 8 | head[5]);
    std::string content(size + head[6], '\0');
    if (!content.empty() && recv(fd, content.data(), content.size(), MSG_WAITALL) <= 0) {
      return std::nullopt;
    }
    request.append(content, 0, size);
    if (head[1] == 5 && size == 0) return request;
  }
}

}  // namespace

FakeFunction::FakeFunction(const std::string& socket, Handler handler)
    : socket_(socket),
      handler_(std::move(handler)),
      listener_(Listen(socket)),
      thread_([this] { Accept(); }) {}

FakeFunction::~FakeFunction() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : fds_) shutdown(fd, SHUT_RDWR);
  }
  for (auto& connection : connections_) connection.join();
  close(listener_);
  unlink(socket_.c_str());
}

void FakeFunction::Accept() {
  for (int fd = accept(listener_, nullptr, nullptr); fd >= 0;
       fd = accept(listener_, nullptr, nullptr)) {
    const std::lock_guard lock(mutex_);
    fds_.push_back(fd);
    connections_.emplace_back([this, fd] { Serve(fd); });
  }
}

void FakeFunction::Serve(int fd) {
  using wire::FastcgiRecord;
  const std::string end = FastcgiRecord(6, 1, "") + FastcgiRecord(3, 1, std::string(8, '\0'));
  int before = 0;
  for (auto request = ReadRequest(fd); request; request = ReadRequest(fd)) {
    const auto text = handler_(*request, before++);
    if (!text) break;
    const std::string bytes = FastcgiRecord(6, 1, *text) + end;
    if (send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) break;
  }
  const std::lock_guard lock(mutex_);  // the destructor must not meet another's descriptor
  std::erase(fds_, fd);
  close(fd);
}

}  // namespace host::testing
