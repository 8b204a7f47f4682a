// One FastCGI connection; libfcgi reads requests and frames answers.
//
// libfcgi would accept connections itself and block on idle ones. Here it gets a descriptor that
// already holds a whole request: FCGX_InitRequest with listening socket -1, then `ipcFd` set by
// hand and `keepConnection` 1, so that FCGX_Accept_r reads from it and never accepts. Those two
// fields are libfcgi's own business: host/function/loop_test.cc holds them to what is relied on,
// and the installation asks for the version that was tried.
#pragma once

#include <fcgiapp.h>

#include <span>

#include "host/wire/connection.h"
#include "host/wire/fastcgi_check.h"

namespace host::wire {

class FastcgiConnection final : public Connection {
 public:
  // Once per process, before threads start: libfcgi's own set-up, with its signal handlers taken
  // off again.
  static void InitLibrary();

  ~FastcgiConnection() override { FastcgiConnection::Close(); }

  void Open(int fd, int io_timeout_ms) override;
  void Close() override;
  bool open() const override { return request_.ipcFd >= 0; }
  // Answers management records and aborts on the way.
  State Look(std::span<char> scratch, bool ask_if_gone) override;
  std::optional<Incoming> Read(long body_limit, SteadyTime deadline) override;
  std::optional<Incoming> Drop() override;
  void Refuse(const std::string& text) override;
  void Answer(const std::string& text, bool keep) override;

 private:
  void TakeManagement(const Check& check);
  bool Take(size_t bytes, std::string& into);
  std::optional<Incoming> ReadHead();

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
  bool used_ = false;        // has brought something: it may be idle now
  bool whole_ = false;       // whether all of the request had come when Look saw it
  bool keep_ = true;         // what this request's answer does with the connection
  bool discards_ = false;    // answered for the last time before the peer had sent all
};

}  // namespace host::wire
