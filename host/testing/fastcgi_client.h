// A FastCGI client for tests: byte by byte what NGINX sends, or what a hostile peer might.
#pragma once

#include <string>
#include <utility>

#include "host/testing/socket_client.h"

namespace host::testing {

// Records and requests as bytes (FastCGI 1.0, section 3.3).
std::string Record(int type, int id, const std::string& content, int padding = 0);
std::string Begin(int id = 1, bool keep = true, int role = 1);
std::string NameValues(const Pairs& pairs);  // name-value pairs, without a record around
std::string RequestBytes(Pairs pairs, const std::string& body = "", bool keep = true);

class FastcgiClient : public SocketClient {
 public:
  using SocketClient::SocketClient;
  // STDOUT up to END_REQUEST. Throws when the connection ends before.
  std::string ReadAnswer();
  // One record as it comes: type and content.
  std::pair<int, std::string> ReadRecord();
};

}  // namespace host::testing
