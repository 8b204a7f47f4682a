// A connection to a Unix socket for tests of the wire: what all protocols need.
#pragma once

#include <string>

#include "host/wire/client/fastcgi.h"

namespace host::testing {

using wire::Pairs;

// Reads time out after ten seconds and then throw.
class SocketClient {
 public:
  explicit SocketClient(const std::string& socket_path);
  SocketClient(const SocketClient&) = delete;
  ~SocketClient();

  void Send(const std::string& bytes);
  // Whether the peer has closed (waits for it).
  bool ReadsEnd();
  std::string ReadToEnd();

 protected:
  void ReadExactly(char* into, size_t size);

 private:
  int fd_;
};

}  // namespace host::testing
