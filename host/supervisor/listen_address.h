// ListenAddress: where a pool listens for an NGINX that is elsewhere, in place of
// RUN_DIR/NAME.sock.
#pragma once

#include <sys/socket.h>
#include <sys/stat.h>

#include <expected>
#include <string>
#include <string_view>

#include "host/supervisor/fd.h"

namespace host {

class ListenAddress {
 public:
  // "0.0.0.0:9000", "[::]:9000" (IPv4 too), "unix:///run/fnhost/login.sock". The error says what it
  // must be.
  static std::expected<ListenAddress, std::string> Parse(std::string_view text);

  // A listening, blocking socket; over TCP its connections send at once, and notice when the other
  // side is gone. A Unix socket appears whole in one rename(2), in the place of what was there,
  // mode 0660. The error is a line for people.
  std::expected<Fd, std::string> Listen(int backlog);

  // Takes a Unix socket's name away, unless it is another's by now: nobody new reaches it, and
  // those who are connected do. Over TCP nothing can be done that loses nobody (a filter that drops
  // first packets would do, and some kernels refuse it to plain users).
  void TurnAway() const;

  const std::string& text() const { return text_; }
  int port() const;  // 0 for a Unix socket

 private:
  std::expected<Fd, std::string> ListenTcp(int backlog) const;

  std::string text_;
  std::string path_;  // "" over TCP
  sockaddr_storage address_{};
  socklen_t size_ = 0;
  struct stat made_{};  // the Unix socket's, to know it by
};

}  // namespace host
