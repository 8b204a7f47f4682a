// A connection from NGINX in either protocol, driven by whoever owns it at the moment.
//
// The owner calls Look when bytes may have come, and Read or Drop, then Answer, when Look says that
// a request is there. Only Read and Answer may wait for the peer, each no longer than the time
// limit given to Open a call.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "host/base/clock.h"
#include "host/base/result.h"
#include "host/wire/check.h"
#include "host/wire/parameters.h"
#include "host/wire/protocol.h"

namespace host::wire {

class Connection {
 public:
  enum class State {
    kIdle,      // nothing there
    kPartial,   // the beginning of a request, or a connection that has not brought one yet
    kRequest,   // Read() or Drop() will find a request
    kTooLarge,  // a request that is not read: answer it with Refuse()
    kClosed,    // gone: by the peer, or refused
  };

  struct Incoming {
    Result<Head> head;  // the 400 or 413 to answer otherwise
    std::string body;
    std::string request_id;  // also when the head is refused
  };

  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  virtual ~Connection() = default;

  // Takes `fd` over; a closed connection may be opened again. Reads and writes on it time out after
  // `io_timeout_ms`.
  virtual void Open(int fd, int io_timeout_ms) = 0;
  virtual void Close() = 0;
  virtual bool open() const = 0;

  // Looks at what has arrived, without blocking. `scratch` holds at least kPeekBytes. With
  // `ask_if_gone` a request of a peer that has closed meanwhile is dropped: it waited longer than
  // NGINX did.
  virtual State Look(std::span<char> scratch, bool ask_if_gone) = 0;

  // Reads the request that Look announced, its body to the end. Nothing when the peer vanished
  // meanwhile (closed then).
  virtual std::optional<Incoming> Read(long body_limit, SteadyTime deadline) = 0;

  // Takes the request that Look announced without its body and without waiting: nobody is going to
  // handle it. When its body has not come wholly, the answer is the connection's last; what still
  // comes is thrown away by Look (kPartial), since to close before the peer has sent it all would
  // hide the answer from it.
  virtual std::optional<Incoming> Drop() = 0;

  // Answers a request that was too large to read, and closes.
  virtual void Refuse(const std::string& text) = 0;

  // Sends the answer and ends the request; then closes unless the protocol, the peer and `keep`
  // keep the connection.
  virtual void Answer(const std::string& text, bool keep) = 0;
};

std::unique_ptr<Connection> MakeConnection(Protocol protocol);

// A body beyond the limit is read and thrown away up to this much, so that the client hears of its
// 413; a larger one ends the connection.
constexpr long kMaxDiscardBytes = 1 << 20;

// `read` bytes of a body came: the 413 or 400 to answer, if any.
std::optional<Problem> CheckBody(long claimed, long read, long limit);

}  // namespace host::wire
