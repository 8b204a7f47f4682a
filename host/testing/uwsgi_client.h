// A uwsgi client for tests: byte by byte what NGINX sends, or what a hostile peer might.
#pragma once

#include <string>

#include "host/testing/socket_client.h"
#include "host/wire/client/uwsgi.h"

namespace host::testing {

inline std::string UwsgiPairsBytes(const Pairs& pairs) { return wire::UwsgiPairs(pairs); }
inline std::string UwsgiPacket(const std::string& parameters) {
  return wire::UwsgiPacket(parameters);
}
inline std::string UwsgiRequestBytes(const Pairs& pairs, const std::string& body = "") {
  return wire::UwsgiRequest(pairs, body);
}

class UwsgiClient : public SocketClient {
 public:
  using SocketClient::SocketClient;
  std::string ReadAnswer() { return ReadToEnd(); }  // it ends with the connection
};

}  // namespace host::testing
