// Thrown when something that a function needs is away for a while (the database, a key file being
// replaced). The host answers 503 with Retry-After and logs one line.
#pragma once

#include <stdexcept>
#include <string>

namespace host {

class Unavailable : public std::runtime_error {
 public:
  explicit Unavailable(const std::string& what, int retry_after_s = 1)
      : std::runtime_error(what), retry_after_s_(retry_after_s) {}
  int retry_after_s() const { return retry_after_s_; }

 private:
  int retry_after_s_;
};

// Thrown when the time of a request is up before what it needs was there. The host answers 504.
class TimedOut : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

}  // namespace host
