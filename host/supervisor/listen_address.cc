#include "host/supervisor/listen_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "host/supervisor/run_dir.h"

namespace host {
namespace {

constexpr std::string_view kUnix = "unix://";

std::unexpected<std::string> Wrong(std::string_view text) {
  return std::unexpected(
      fmt::format("must be an address and a port or a socket's path, as 0.0.0.0:9000, [::]:9000 or "
                  "unix:///run/fnhost/login.sock, not {}",
                  text));
}

int PortOf(std::string_view text) {
  int port = 0;
  const auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
  return fault == std::errc() && rest == text.data() + text.size() && port > 0 && port <= 65535
             ? port
             : 0;
}

bool Set(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

}  // namespace

std::expected<ListenAddress, std::string> ListenAddress::Parse(std::string_view text) {
  ListenAddress out;
  out.text_ = text;
  if (text.starts_with(kUnix)) {
    out.path_ = text.substr(kUnix.size());
    if (!out.path_.starts_with('/') || out.path_.ends_with('/')) return Wrong(text);
    return out;
  }
  const size_t colon = text.rfind(':');
  const int port = colon == std::string_view::npos ? 0 : PortOf(text.substr(colon + 1));
  if (port == 0) return Wrong(text);
  std::string host(text.substr(0, colon));
  const auto network_port = htons(static_cast<uint16_t>(port));
  if (host.starts_with('[') && host.ends_with(']')) {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(out.address_);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = network_port;
    out.size_ = sizeof v6;
    host = host.substr(1, host.size() - 2);
    return inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr) == 1
               ? std::expected<ListenAddress, std::string>(out)
               : Wrong(text);
  }
  auto& v4 = reinterpret_cast<sockaddr_in&>(out.address_);
  v4.sin_family = AF_INET;
  v4.sin_port = network_port;
  out.size_ = sizeof v4;
  if (inet_pton(AF_INET, host.c_str(), &v4.sin_addr) != 1) return Wrong(text);
  return out;
}

int ListenAddress::port() const {
  if (!path_.empty()) return 0;
  return ntohs(address_.ss_family == AF_INET6
                   ? reinterpret_cast<const sockaddr_in6&>(address_).sin6_port
                   : reinterpret_cast<const sockaddr_in&>(address_).sin_port);
}

std::expected<Fd, std::string> ListenAddress::Listen(int backlog) {
  if (path_.empty()) return ListenTcp(backlog);
  auto socket = ListenUnix(path_, {.mode = 0660, .group_of = ""}, backlog);
  if (socket) stat(path_.c_str(), &made_);
  return socket;
}

std::expected<Fd, std::string> ListenAddress::ListenTcp(int backlog) const {
  Fd fd(socket(address_.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // Connections get these options from the socket that they come through.
  if (fd && Set(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1) &&
      Set(fd.get(), IPPROTO_TCP, TCP_NODELAY, 1) && Set(fd.get(), SOL_SOCKET, SO_KEEPALIVE, 1) &&
      Set(fd.get(), IPPROTO_TCP, TCP_KEEPIDLE, 60) &&
      Set(fd.get(), IPPROTO_TCP, TCP_KEEPINTVL, 10) && Set(fd.get(), IPPROTO_TCP, TCP_KEEPCNT, 3) &&
      bind(fd.get(), reinterpret_cast<const sockaddr*>(&address_), size_) == 0 &&
      listen(fd.get(), backlog) == 0) {
    return fd;
  }
  const int error = errno;
  return std::unexpected(fmt::format(
      "cannot listen on {}: {}{}", text_, std::strerror(error),
      error == EADDRINUSE ? "; stop what listens there, or choose another address" : ""));
}

void ListenAddress::TurnAway() const {
  struct stat now{};
  if (!path_.empty() && stat(path_.c_str(), &now) == 0 && now.st_dev == made_.st_dev &&
      now.st_ino == made_.st_ino) {
    unlink(path_.c_str());
  }
}

}  // namespace host
