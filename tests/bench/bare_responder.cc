// The least that can stand behind fastcgi_pass: one epoll loop per process that answers every
// request on its kept connections with the same bytes. No parsing beyond record headers, no safety.
// It bounds what a function behind the same NGINX can reach.
//
//   bare_responder SOCKET PROCESSES

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

namespace {

std::string Record(char type, const std::string& content) {
  std::string record = {
      1, type, 0, 1, static_cast<char>(content.size() >> 8), static_cast<char>(content.size()),
      0, 0};
  return record + content;
}

const std::string kAnswer =
    Record(6,
           "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
           "17\r\n\r\n{\"hello\":\"world\"}") +
    Record(6, "") + Record(3, std::string(8, '\0'));

// Whether the bytes end with the empty STDIN record that ends a request.
bool Ends(std::string_view bytes) {
  return bytes.size() >= 8 && bytes[bytes.size() - 7] == 5 && bytes[bytes.size() - 4] == 0 &&
         bytes[bytes.size() - 3] == 0;
}

void Watch(int epoll_fd, int fd, uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

[[noreturn]] void Serve(int listen_fd) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  const int epoll_fd = epoll_create1(0);
  Watch(epoll_fd, listen_fd, EPOLLIN | EPOLLEXCLUSIVE);
  char bytes[16384];
  epoll_event events[64];
  for (;;) {
    const int count = epoll_wait(epoll_fd, events, 64, -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == listen_fd) {
        const int client = accept4(listen_fd, nullptr, nullptr, SOCK_NONBLOCK);
        if (client >= 0) Watch(epoll_fd, client, EPOLLIN);
        continue;
      }
      const ssize_t size = recv(fd, bytes, sizeof bytes, 0);
      if (size <= 0) {
        close(fd);
      } else if (Ends({bytes, static_cast<size_t>(size)})) {
        if (send(fd, kAnswer.data(), kAnswer.size(), MSG_NOSIGNAL) < 0) close(fd);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: bare_responder SOCKET PROCESSES\n", stderr);
    return 2;
  }
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, argv[1], sizeof address.sun_path - 1);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      listen(fd, 4096) != 0) {
    std::perror(argv[1]);
    return 1;
  }
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    if (fork() == 0) Serve(fd);
  }
  while (wait(nullptr) > 0) {
  }
}
