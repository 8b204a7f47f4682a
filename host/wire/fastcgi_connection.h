// One FastCGI connection, driven by whoever owns it at the moment; libfcgi reads requests and
// frames answers.
//
// libfcgi would accept connections itself and block on idle ones. Here it gets a descriptor that
// already holds a whole request: FCGX_InitRequest with listening socket -1, then `ipcFd` set by
// hand and `keepConnection` 1, so that FCGX_Accept_r reads from it and never accepts. Those two
// fields are libfcgi's own business: host/function/loop_test.cc holds them to what is relied on,
// and the installation asks for the version that was tried.
#pragma once

#include <fcgiapp.h>

#include <optional>
#include <string>
#include <vector>

#include "host/base/clock.h"
#include "host/base/result.h"
#include "host/wire/fastcgi_check.h"
#include "host/wire/parameters.h"

namespace host::wire {

class FastcgiConnection {
 public:
  // Once per process, before threads start: libfcgi's own set-up, with its signal handlers taken
  // off again.
  static void InitLibrary();

  enum class State {
    kIdle,      // nothing there
    kPartial,   // the beginning of a request
    kRequest,   // Read() will find a request
    kTooLarge,  // a request that is not read: answer it with Refuse()
    kClosed,    // gone: by the peer, or refused
  };

  struct Incoming {
    Result<Head> head;  // the 400 or 413 to answer otherwise
    std::string body;
    std::string request_id;  // also when the head is refused
  };

  FastcgiConnection() = default;
  FastcgiConnection(const FastcgiConnection&) = delete;
  ~FastcgiConnection() { Close(); }

  // Takes `fd` over. Reads and writes on it time out after `io_timeout_ms`.
  void Open(int fd, int io_timeout_ms);
  void Close();
  bool open() const { return request_.ipcFd >= 0; }

  // Looks at what has arrived, without blocking; answers management records and aborts on the way.
  // `scratch` holds at least kPeekBytes. With `ask_if_gone` a request of a peer that has closed
  // meanwhile is dropped: it waited longer than NGINX did.
  State Look(std::vector<char>& scratch, bool ask_if_gone);

  // Reads the request that Look announced, its body to the end. Nothing when the peer vanished
  // meanwhile (closed then).
  std::optional<Incoming> Read(long body_limit, SteadyTime deadline);

  // Answers a request that was too large to read, and closes.
  void Refuse(const std::string& text);

  // Sends the answer and ends the request; then closes when the peer did not ask to keep the
  // connection or `keep` is false.
  void Answer(const std::string& text, bool keep);

 private:
  void TakeManagement(const Check& check);
  bool Take(size_t bytes, std::string& into);

  FCGX_Request request_{.requestId = 0,
                        .role = 0,
                        .in = nullptr,
                        .out = nullptr,
                        .err = nullptr,
                        .envp = nullptr,
                        .paramsPtr = nullptr,
                        .ipcFd = -1,
                        .isBeginProcessed = 0,
                        .keepConnection = 0,
                        .appStatus = 0,
                        .nWriters = 0,
                        .flags = 0,
                        .listen_sock = -1,
                        .detached = 0};
  uint16_t refused_id_ = 0;  // of the request that is too large
  bool keep_ = true;         // what this request's answer does with the connection
};

}  // namespace host::wire
