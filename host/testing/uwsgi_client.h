// A uwsgi client for tests: byte by byte what NGINX sends, or what a hostile peer might.
#pragma once

#include <string>

#include "host/testing/socket_client.h"

namespace host::testing {

// The parameters with their lengths before them, without the packet's header.
std::string UwsgiPairsBytes(const Pairs& pairs);
std::string UwsgiPacket(const std::string& parameters);
// A whole request; CONTENT_LENGTH is added when there is a body.
std::string UwsgiRequestBytes(Pairs pairs, const std::string& body = "");

class UwsgiClient : public SocketClient {
 public:
  using SocketClient::SocketClient;
  std::string ReadAnswer() { return ReadToEnd(); }  // it ends with the connection
};

}  // namespace host::testing
