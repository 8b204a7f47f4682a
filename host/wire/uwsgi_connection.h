// A connection of the uwsgi protocol: one request, and an answer that ends with the connection.
//
// Bytes stay in the socket until CheckUwsgi has found a request among them, so half a head costs no
// thread and no memory. As every connection brings a request, one on which nothing has come counts
// as kPartial: its time limit runs.
#pragma once

#include <span>

#include "host/wire/connection.h"

namespace host::wire {

class UwsgiConnection final : public Connection {
 public:
  ~UwsgiConnection() override { UwsgiConnection::Close(); }

  void Open(int fd, int io_timeout_ms) override;
  void Close() override;
  bool open() const override { return fd_ >= 0; }
  State Look(std::span<char> scratch, bool ask_if_gone) override;
  std::optional<Incoming> Read(long body_limit, SteadyTime deadline) override;
  std::optional<Incoming> Drop() override;
  void Refuse(const std::string& text) override;
  void Answer(const std::string& text, bool keep) override;

 private:
  std::optional<Incoming> ReadHead();
  int fd_ = -1;
  size_t head_bytes_ = 0;  // of the request that Look announced
  bool discards_ = false;  // answered before the peer had sent all
};

}  // namespace host::wire
