// HTTP requests at a fixed rate, whatever becomes of the ones before: what a crowd does to a
// server.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace testing {

struct Answered {
  int status = 0;                   // 0: no answer within `patience`, or none that is HTTP
  std::chrono::nanoseconds sent{};  // since the first
  std::chrono::nanoseconds took{};
};

struct Load {
  int port = 0;
  std::string request;  // with "Connection: close"
  int per_second = 0;
  std::chrono::milliseconds time{};      // for so long
  std::chrono::milliseconds patience{};  // of one client
};

// Each request on a connection of its own. In the order sent.
std::vector<Answered> Send(const Load& load);

}  // namespace testing
