// A FastCGI client for tests: byte by byte what NGINX sends, or what a hostile peer might.
#pragma once

#include <string>
#include <utility>

#include "host/testing/socket_client.h"
#include "host/wire/client/fastcgi.h"

namespace host::testing {

// Records and requests as bytes (FastCGI 1.0, section 3.3).
inline std::string Record(int type, int id, const std::string& content, int padding = 0) {
  return wire::FastcgiRecord(type, id, content, padding);
}
inline std::string Begin(int id = 1, bool keep = true, int role = 1) {
  return wire::FastcgiBegin(id, keep, role);
}
inline std::string NameValues(const Pairs& pairs) { return wire::FastcgiPairs(pairs); }
inline std::string RequestBytes(const Pairs& pairs, const std::string& body = "",
                                bool keep = true) {
  return wire::FastcgiRequest(pairs, body, keep);
}

class FastcgiClient : public SocketClient {
 public:
  using SocketClient::SocketClient;
  // STDOUT up to END_REQUEST. Throws when the connection ends before.
  std::string ReadAnswer();
  // One record as it comes: type and content.
  std::pair<int, std::string> ReadRecord();
};

}  // namespace host::testing
